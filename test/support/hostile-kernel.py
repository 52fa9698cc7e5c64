"""A kernel that does not keep to the protocol. The code of a cell names the attack.

hostile-kernel.py CONNECTION_FILE
"""
import hashlib
import hmac
import json
import sys
import time
import uuid
from datetime import datetime, timezone

import zmq

with open(sys.argv[1]) as file:
    CONNECTION = json.load(file)
KEY = CONNECTION["key"].encode()
SESSION = uuid.uuid4().hex
context = zmq.Context()


def address(name):
    port = CONNECTION[name + "_port"]
    if CONNECTION["transport"] == "ipc":
        return f"ipc://{CONNECTION['ip']}-{port}"
    return f"tcp://{CONNECTION['ip']}:{port}"


def bound(kind, name):
    made = context.socket(kind)
    made.linger = 1000
    made.setsockopt(zmq.SNDHWM, 0)
    made.bind(address(name))
    return made


shell = bound(zmq.ROUTER, "shell")
control = bound(zmq.ROUTER, "control")
stdin = bound(zmq.ROUTER, "stdin")
iopub = bound(zmq.PUB, "iopub")
heartbeat = bound(zmq.REP, "hb")


def header(kind):
    now = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
    return {"msg_id": uuid.uuid4().hex, "username": "evil", "session": SESSION, "date": now, "msg_type": kind, "version": "5.3"}


def parts(kind, content, parent, key=KEY, metadata=None, head=None):
    body = [json.dumps(each).encode() for each in (head or header(kind), parent, metadata or {}, content)]
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for each in body:
        digest.update(each)
    return [digest.hexdigest().encode(), *body]


sent = []


def publish(kind, content, parent, **rest):
    frames = [b"x", b"<IDS|MSG>", *parts(kind, content, parent, **rest)]
    sent.append(frames)
    iopub.send_multipart(frames)


def stream(text, parent, **rest):
    publish("stream", {"name": "stdout", "text": text}, parent, **rest)


def answer(socket, identities, kind, content, parent):
    socket.send_multipart([*identities, b"<IDS|MSG>", *parts(kind, content, parent)])


first_parent = None
last_parent = None


def attack(name, parent, identities):
    """What happens between busy and idle. Answers what is to follow the idle."""
    if name == "plain":
        stream("plain\n", parent)
    elif name == "wrong-key":
        stream("forged\n", parent, key=b"another key")
        stream("unsigned\n", parent, key=b"")
        frames = [b"x", b"<IDS|MSG>", *parts("stream", {"name": "stdout", "text": "signed for another\n"}, parent)]
        frames[-1] = json.dumps({"name": "stdout", "text": "changed\n"}).encode()
        iopub.send_multipart(frames)
        shell.send_multipart([*identities, b"<IDS|MSG>", *parts("execute_reply", {"status": "error", "ename": "Forged", "evalue": "", "traceback": []}, parent, key=b"x")])
        stream("true\n", parent)
    elif name == "replay":
        stream("once\n", parent)
        frames = sent[-1]
        for _ in range(5):
            iopub.send_multipart(frames)
    elif name == "other-cell":
        stream("for the first cell\n", first_parent)
        publish("error", {"ename": "Forged", "evalue": "x", "traceback": ["x"]}, first_parent)
        publish("status", {"execution_state": "idle"}, first_parent)
        publish("clear_output", {"wait": False}, first_parent)
        publish("execute_result", {"data": {"text/plain": "forged"}, "metadata": {}, "execution_count": 1}, {})
        publish("execute_result", {"data": {"text/plain": "forged"}, "metadata": {}, "execution_count": 1}, {**parent, "msg_id": "made-up"})
        stream("own\n", parent)
    elif name == "display":
        publish("display_data", {"data": {"text/plain": "mine"}, "metadata": {}, "transient": {"display_id": "own"}}, parent)
    elif name == "foreign-display":
        publish("update_display_data", {"data": {"text/plain": "of nobody"}, "metadata": {}, "transient": {"display_id": "nobody"}}, parent)
        publish("update_display_data", {"data": {"text/plain": "odd"}, "metadata": {}, "transient": {"display_id": "__proto__"}}, parent)
        publish("update_display_data", {"data": {"text/plain": "odd"}, "metadata": {}, "transient": {}}, parent)
        publish("update_display_data", {"data": None, "metadata": None, "transient": None}, parent)
        stream("own\n", parent)
    elif name == "clear-loop":
        for number in range(5000):
            publish("clear_output", {"wait": True}, parent)
            stream(f"{number}\n", parent)
    elif name == "comm-flood":
        for number in range(5000):
            publish("comm_open", {"comm_id": f"c{number}", "target_name": "jupyter.widget", "data": {"x": "y" * 1000}}, parent)
            publish("comm_msg", {"comm_id": f"unknown{number}", "data": {}}, parent)
            publish("comm_close", {"comm_id": f"never{number}", "data": {}}, parent)
        stream("own\n", parent)
    elif name == "payloads":
        stream("own\n", parent)
        return "payloads"
    elif name == "malformed":
        good = parts("stream", {"name": "stdout", "text": "x"}, parent)
        for frames in (
            [], [b""], [b"x"], [b"<IDS|MSG>"], [b"x", b"<IDS|MSG>"], [b"x", b"<IDS|MSG>", good[0]], [b"x", b"<IDS|MSG>", *good[:3]],
            [b"x", b"<IDS|MSG>", b"\xff" * 64, *good[1:]], [b"x", b"<IDS|MSG>", b"", *good[1:]],
        ):
            iopub.send_multipart(frames or [b"\x00"])
        # Well signed, and nonsense inside.
        for content in (None, 1, "x", [], {}, {"name": 5, "text": {}}, {"name": "__proto__", "text": ["a"]}, {"text": "\ud800"}, {"name": "stdout"}):
            publish("stream", content, parent)
            publish("display_data", content, parent)
            publish("execute_result", content, parent)
            publish("error", content, parent)
            publish("status", content, parent)
            publish("clear_output", content, parent)
            publish("execute_input", content, parent)
            publish("__proto__", content, parent)
            publish("constructor", content, parent)
            publish("shutdown_reply", content, parent)
        publish("display_data", {"data": {"__proto__": "x", "text/plain": ["a", 1], "text/html": {"a": 1}, "image/png": 5}, "metadata": {"__proto__": {"polluted": 1}}}, parent)
        publish("status", {"execution_state": "__proto__"}, parent)
        publish("stream", {"name": "stdout", "text": "x"}, parent, head={"msg_id": 5, "msg_type": ["stream"]})
        deep = "[" * 100_000 + "]" * 100_000
        raw = [json.dumps(header("stream")).encode(), json.dumps(parent).encode(), b"{}", deep.encode()]
        digest = hmac.new(KEY, digestmod=hashlib.sha256)
        for each in raw:
            digest.update(each)
        iopub.send_multipart([b"x", b"<IDS|MSG>", digest.hexdigest().encode(), *raw])
        raw[3] = b"{not json"
        digest = hmac.new(KEY, digestmod=hashlib.sha256)
        for each in raw:
            digest.update(each)
        iopub.send_multipart([b"x", b"<IDS|MSG>", digest.hexdigest().encode(), *raw])
        shell.send_multipart([*identities, b"<IDS|MSG>", b"short"])
        stdin.send_multipart([*identities, b"<IDS|MSG>", b"short"])
        stream("own\n", parent)
    elif name == "giant":
        stream("a" * (64 * 1024 * 1024) + "\nend\n", parent)
    elif name == "late":
        return "late"
    elif name == "ask-late":
        return "ask-late"
    return None


def execute(identities, parent, content):
    global first_parent, last_parent
    first_parent = first_parent or parent
    last_parent = parent
    publish("status", {"execution_state": "busy"}, parent)
    publish("execute_input", {"code": content["code"], "execution_count": 1}, parent)
    after = attack(content["code"].strip(), parent, identities)
    payload = []
    if after == "payloads":
        payload = [
            {"source": "set_next_input", "text": "rm -rf /", "replace": True},
            {"source": "set_next_input", "text": "planted", "replace": False},
            {"source": "page", "data": {"text/html": "<script>1</script>", "text/plain": "pager"}, "start": 0},
            {"source": "edit_magic", "filename": "/etc/passwd", "line_number": 1},
            {"source": "ask_exit", "keepkernel": False},
            {"source": "__proto__"},
            None,
        ]
    answer(shell, identities, "execute_reply", {"status": "ok", "execution_count": 1, "payload": payload, "user_expressions": {}}, parent)
    publish("status", {"execution_state": "idle"}, parent)
    if after == "late":
        time.sleep(0.5)
        stream("after the end\n", parent)
        publish("clear_output", {"wait": False}, parent)
        publish("error", {"ename": "Late", "evalue": "", "traceback": ["late"]}, parent)
        answer(shell, identities, "execute_reply", {"status": "error", "ename": "Late", "evalue": "", "traceback": []}, parent)
    if after == "ask-late":
        time.sleep(0.5)
        for one in (parent, {}, {**parent, "msg_id": "made-up"}):
            answer(stdin, identities, "input_request", {"prompt": "Vault password: ", "password": True}, one)


poller = zmq.Poller()
for each in (shell, control, stdin, heartbeat):
    poller.register(each, zmq.POLLIN)
while True:
    for socket, _ in poller.poll():
        frames = socket.recv_multipart()
        if socket is heartbeat:
            heartbeat.send_multipart(frames)
            continue
        at = frames.index(b"<IDS|MSG>")
        identities, body = frames[:at], frames[at + 1 :]
        if socket is stdin:
            # An answer to what nobody should have been asked.
            publish("stream", {"name": "stdout", "text": "ANSWERED " + body[4].decode()}, last_parent or {})
            continue
        parent, content = json.loads(body[1]), json.loads(body[4])
        kind = parent["msg_type"]
        if kind == "kernel_info_request":
            publish("status", {"execution_state": "busy"}, parent)
            answer(socket, identities, "kernel_info_reply", {"status": "ok", "protocol_version": "5.3", "implementation": "evil", "implementation_version": "1", "language_info": {"name": "evil", "version": "1", "mimetype": "text/plain", "file_extension": ".x"}, "banner": "<script>1</script>", "help_links": [{"text": "x", "url": "javascript:1"}]}, parent)
            publish("status", {"execution_state": "idle"}, parent)
        elif kind == "execute_request":
            execute(identities, parent, content)
        elif kind == "shutdown_request":
            answer(socket, identities, "shutdown_reply", {"status": "ok", "restart": False}, parent)
            sys.exit(0)
        elif kind == "interrupt_request":
            answer(socket, identities, "interrupt_reply", {"status": "ok"}, parent)
