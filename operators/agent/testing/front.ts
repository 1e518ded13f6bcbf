import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What stands before a server, as a router or a firewall does. */
export interface Front {
  readonly url: string;
  /** Whether connections can be made through it. Those that there are live on. */
  open: boolean;
  close(): Promise<void>;
}

/** Starts one that is open. */
export async function startFront(server: string): Promise<Front> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  const listener = createServer((inside) => {
    if (!front.open) return void inside.destroy();
    const outside = connect(Number(port), hostname);
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    }
    inside.pipe(outside).pipe(inside);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const front: Front = {
    url: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    open: true,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return front;
}
