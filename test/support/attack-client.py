"""What a program of the same user can do with the engine's socket and token: it proves itself, and asks for everything.

attack-client.py SOCKET TOKEN KIND PID ANSWERS METHOD...

Writes one JSON object to ANSWERS: for each method `result` or the code of its error. Uses the standard library alone,
as a lazy attack would.
"""
import hashlib
import hmac
import json
import os
import socket
import struct
import sys

SOCKET, TOKEN, KIND, PID, ANSWERS, *METHODS = sys.argv[1:]


def send(connection, value):
    body = json.dumps(value).encode()
    connection.sendall(struct.pack(">I", len(body)) + body)


def read(connection):
    def exactly(count):
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    (length,) = struct.unpack(">I", exactly(4))
    return json.loads(exactly(length))


def attack():
    with open(TOKEN) as file:
        token = bytes.fromhex(file.read())
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    connection.connect(SOCKET)
    mine = os.urandom(32).hex()
    send(
        connection,
        {"t": "hello", "protocol": 1, "kind": KIND, "pid": int(PID), "version": "0", "nonce": mine},
    )
    theirs = read(connection)["nonce"]
    text = f"watchbook client\n{mine}\n{theirs}\n".encode()
    send(connection, {"t": "proof", "proof": hmac.new(token, text, hashlib.sha256).hexdigest()})
    answers = {"handshake": read(connection)["t"], "parent": os.getppid(), "session": os.getsid(0)}
    for number, method in enumerate(METHODS):
        send(connection, {"t": "request", "id": number, "method": method, "params": {}})
        while True:
            frame = read(connection)
            if frame.get("id") == number:
                break
        answers[method] = frame["error"]["code"] if frame["t"] == "error" else "result"
    return answers


try:
    found = attack()
except Exception as error:  # What went wrong is the answer then.
    found = {"failed": repr(error)}
with open(ANSWERS + ".part", "w") as file:
    json.dump(found, file)
os.rename(ANSWERS + ".part", ANSWERS)
