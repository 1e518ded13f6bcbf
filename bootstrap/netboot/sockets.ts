import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServedInterface } from './interface.ts';
import { interfaceSocket } from './interface-socket.ts';
import type { Log } from './log.ts';

/** The sockets of one interface, which are closed together. */
export interface Sockets {
  /** Hears on that port; `everybody`: broadcasts too. It is closed with the others, if not before. */
  udp(port: number, purpose: string, everybody?: 'everybody'): Promise<Socket>;
  /** A port of its own for one transfer; closed by whoever asked for it. */
  transfer(): Promise<Socket>;
  /** Has the server listen; gives its port. */
  listen(server: Server, port: number): Promise<number>;
  close(): void;
}

/** Opens sockets that hear and speak on that interface alone. */
export function socketsOf({ name: device, address }: ServedInterface, log: Log): Sockets {
  const closing: (() => void)[] = [];
  const datagrams = async (fd: number): Promise<Socket> => {
    const socket = await datagramSocket(fd);
    // A cable that is pulled is no end: the interface may come back.
    socket.on('error', ({ message }) => log(`${device}: ${message}`));
    return socket;
  };
  return {
    async udp(port, purpose, everybody) {
      const heardAt = everybody ? '0.0.0.0' : address;
      const fd = await interfaceSocket({ kind: 'udp', device, address: heardAt, port, purpose });
      const socket = await datagrams(fd);
      let open = true;
      socket.once('close', () => {
        open = false;
      });
      closing.push(() => open && socket.close());
      return socket;
    },
    transfer: async () =>
      datagrams(await interfaceSocket({ kind: 'udp', device, address, port: 0, purpose: 'a TFTP transfer' })),
    async listen(server, port) {
      const fd = await interfaceSocket({ kind: 'tcp', device, address, port, purpose: 'HTTP' });
      server.listen({ fd });
      await once(server, 'listening');
      closing.push(() => {
        server.close();
        server.closeAllConnections();
      });
      return (server.address() as AddressInfo).port;
    },
    close() {
      for (const each of closing.splice(0)) each();
    },
  };
}

async function datagramSocket(fd: number): Promise<Socket> {
  const socket = createSocket('udp4');
  // It is there before bind returns.
  const listening = once(socket, 'listening');
  socket.bind({ fd });
  await listening;
  return socket;
}
