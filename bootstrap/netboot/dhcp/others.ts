import { randomInt } from 'node:crypto';
import type { Socket } from 'node:dgram';
import type { ServedInterface } from '../interface.ts';
import { DhcpMessage, DhcpOption, type DhcpPacket, encodeDhcp, NO_ADDRESS, parseDhcp } from './packet.ts';

const ATTEMPTS = 3;
const ATTEMPT_MILLISECONDS = 2000;

/**
 * Looks for the DHCP server that gives addresses on this network, by asking as this machine: the server then offers what
 * this machine has, and keeps nothing else ready. Nothing is asked for beyond the offer.
 * @param socket on port 68, which hears broadcasts; closed by whoever made it
 * @returns the address of the first that offers one; undefined when none does within six seconds
 */
export async function findDhcpServer(
  socket: Socket,
  { mac }: ServedInterface,
  signal: AbortSignal,
): Promise<string | undefined> {
  const xid = randomInt(2 ** 32);
  let found: string | undefined;
  let wake: () => void = () => undefined;
  socket.setBroadcast(true);
  socket.on('message', (bytes) => {
    const reply = parseDhcp(bytes);
    if (reply === undefined || !isOffer(reply, xid)) return;
    found = reply.options.get(DhcpOption.serverIdentifier)?.join('.');
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  for (let attempt = 0; attempt < ATTEMPTS && found === undefined && !signal.aborted; attempt++) {
    socket.send(encodeDhcp(discovery(mac, xid, attempt)), 67, '255.255.255.255');
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ATTEMPT_MILLISECONDS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  return found;
}

/** An offer of an address; what only offers something to boot is none. */
const isOffer = ({ op, xid: of, yiaddr, options }: DhcpPacket, xid: number): boolean =>
  op === 'reply' &&
  of === xid &&
  yiaddr !== NO_ADDRESS &&
  options.get(DhcpOption.messageType)?.[0] === DhcpMessage.offer;

const discovery = (mac: string, xid: number, attempt: number): DhcpPacket => ({
  op: 'request',
  xid,
  secs: (attempt * ATTEMPT_MILLISECONDS) / 1000,
  broadcast: true,
  ciaddr: NO_ADDRESS,
  yiaddr: NO_ADDRESS,
  siaddr: NO_ADDRESS,
  giaddr: NO_ADDRESS,
  mac,
  sname: '',
  file: '',
  options: new Map([
    [DhcpOption.messageType, Buffer.of(DhcpMessage.discover)],
    // Subnet mask and router: what every client asks for.
    [DhcpOption.parameterList, Buffer.of(1, 3)],
  ]),
});
