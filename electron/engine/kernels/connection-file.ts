import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import * as z from 'zod';

const port = z.number().int().min(1).max(65_535);

/** Jupyter's connection file: how a kernel's sockets are reached, and the key its messages are signed with. */
export const connectionFileSchema = z.object({
  transport: z.enum(['ipc', 'tcp']),
  ip: z.string().min(1),
  shell_port: port,
  iopub_port: port,
  stdin_port: port,
  control_port: port,
  hb_port: port,
  key: z.string(),
  signature_scheme: z.literal('hmac-sha256'),
  kernel_name: z.string().optional(),
});
export type ConnectionFile = z.infer<typeof connectionFileSchema>;

export type Channel = 'shell' | 'iopub' | 'stdin' | 'control';

/** The longest path of a Unix socket on Linux, in bytes; macOS has 103. */
export const MAX_SOCKET_PATH = 103;

/** The ZMQ address of one channel. With ipc the port is part of the socket's file name, as Jupyter does it. */
export function endpoint(file: ConnectionFile, channel: Channel): string {
  const number = file[`${channel}_port`];
  return file.transport === 'ipc' ? `ipc://${file.ip}-${number}` : `tcp://${file.ip}:${number}`;
}

/** Sockets as files in a private folder: no port can be raced for, and no other user can connect. */
export function ipcConnection(folder: string, kernelName: string): ConnectionFile {
  return {
    transport: 'ipc',
    ip: `${folder}/k`,
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 5,
    ...signed(kernelName),
  };
}

/** Free ports of the loopback interface. Another program may take one before the kernel does; the kernel then ends. */
export async function tcpConnection(kernelName: string): Promise<ConnectionFile> {
  const servers: Server[] = [];
  try {
    const ports: number[] = [];
    for (let i = 0; i < 5; i += 1) ports.push(await holdPort(servers));
    const [shell = 0, iopub = 0, stdin = 0, control = 0, heartbeat = 0] = ports;
    return {
      transport: 'tcp',
      ip: '127.0.0.1',
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: heartbeat,
      ...signed(kernelName),
    };
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function signed(
  kernelName: string,
): Pick<Required<ConnectionFile>, 'key' | 'signature_scheme' | 'kernel_name'> {
  return { key: randomBytes(32).toString('hex'), signature_scheme: 'hmac-sha256', kernel_name: kernelName };
}

function holdPort(servers: Server[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
