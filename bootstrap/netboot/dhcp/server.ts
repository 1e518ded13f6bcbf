import type { RemoteInfo, Socket } from 'node:dgram';
import type { Log } from '../log.ts';
import { type BootSource, proxyAnswer } from './answer.ts';
import { bootClient } from './client.ts';
import { encodeDhcp, parseDhcp } from './packet.ts';

/** What a proxy DHCP server needs: the sockets are closed by whoever made them. */
export interface ProxyDhcp {
  /** On port 67, which hears broadcasts. */
  readonly discovery: Socket;
  /** On port 4011. */
  readonly bootService: Socket;
  readonly source: BootSource;
  readonly log: Log;
}

/** Where a client without an address hears what it is told. */
const CLIENTS = { address: '255.255.255.255', port: 68 } as const;

/** Tells machines that boot over the network from where, beside the DHCP server that gives them their address. */
export function serveProxyDhcp({ discovery, bootService, source, log }: ProxyDhcp): void {
  discovery.setBroadcast(true);
  const answer = (socket: Socket, port: 67 | 4011, { address, port: from }: RemoteInfo, bytes: Buffer) => {
    const request = parseDhcp(bytes);
    const reply = request && proxyAnswer(request, port, source);
    if (!reply) return;
    const to = port === 67 ? CLIENTS : { address, port: from };
    const packet = encodeDhcp(reply);
    log(`${reply.mac} (${bootClient(request)}) is told to load ${reply.file}`);
    socket.send(packet, to.port, to.address, (error) => {
      if (error) log(`${reply.mac} could not be answered: ${error.message}`);
    });
  };
  const serve = (socket: Socket, port: 67 | 4011) =>
    socket.on('message', (bytes, from) => {
      // Anybody may send anything: nothing that comes in ends what others are served.
      try {
        answer(socket, port, from, bytes);
      } catch (error) {
        log(`A packet of ${from.address} could not be answered: ${String(error)}`);
      }
    });
  serve(discovery, 67);
  serve(bootService, 4011);
}
