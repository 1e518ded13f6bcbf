import type { Socket } from 'node:dgram';
import type { OpenFile, ServedFiles } from '../files.ts';
import type { Log } from '../log.ts';
import {
  encodeError,
  parseReply,
  parseRequest,
  type ReadRequest,
  TftpError,
  type TftpReply,
} from './packet.ts';
import { agree, begin, next, packetFor, type Terms } from './transfer.ts';

/** What a TFTP server needs. */
export interface TftpServer {
  /** On the port where it is asked; closed by whoever made it. */
  readonly socket: Socket;
  /** A bound socket for one transfer, on a port of its own (RFC 1350, 4). */
  transferSocket(): Promise<Socket>;
  readonly files: ServedFiles;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Each holds a file open, and a client that asks a hundred times is broken or worse. */
const MOST_TRANSFERS = 128;
/** To one address: firmware loads one file after the other. */
const MOST_PER_CLIENT = 8;

interface Client {
  readonly address: string;
  readonly port: number;
}

/** Gives files over TFTP (RFC 1350, 2347, 2348, 2349). It takes none. */
export function serveTftp(server: TftpServer): void {
  const seats = createSeats(server.log);
  server.socket.on('message', (bytes, client) => {
    // Nobody can be answered there, and no socket sends to it.
    if (client.port === 0) return;
    const request = parseRequest(bytes);
    if (request?.kind === 'refused') server.socket.send(request.error, client.port, client.address);
    if (request?.kind !== 'read' || !seats.take(client.address)) return;
    transfer(server, request, client)
      .catch((error: unknown) => server.log(`TFTP to ${client.address} broke off: ${String(error)}`))
      .finally(() => seats.leave(client.address));
  });
}

/** Who loads something at present: no address may have all the room. */
function createSeats(log: Log) {
  const taken = new Map<string, number>();
  let [all, wasFull] = [0, false];
  return {
    take(address: string): boolean {
      const own = taken.get(address) ?? 0;
      const isFull = all >= MOST_TRANSFERS;
      if (isFull && !wasFull)
        log('So many load by TFTP that nobody else can: machines that ask now get nothing.');
      wasFull = isFull;
      if (isFull || own >= MOST_PER_CLIENT) return false;
      taken.set(address, own + 1);
      all++;
      return true;
    },
    leave(address: string): void {
      const left = (taken.get(address) ?? 1) - 1;
      if (left > 0) taken.set(address, left);
      else taken.delete(address);
      all--;
    },
  };
}

async function transfer(server: TftpServer, request: ReadRequest, client: Client): Promise<void> {
  const socket = await server.transferSocket();
  try {
    const file = await server.files.open(request.name);
    if (file === undefined) {
      // Firmware tries many names: that one is not there is no news.
      await send(socket, encodeError(TftpError.notFound, 'there is no such file'), client);
      return;
    }
    try {
      await give(server, request, client, socket, file);
    } finally {
      await file.close();
    }
  } finally {
    socket.close();
  }
}

async function give(
  { log, signal }: TftpServer,
  request: ReadRequest,
  client: Client,
  socket: Socket,
  file: OpenFile,
): Promise<void> {
  const terms = agree(request, file.size);
  const replies = repliesOf(socket, client);
  let progress = begin(terms);
  await send(socket, await packetFor(terms, progress, file.read), client);
  while (!signal.aborted) {
    const move = next(terms, progress, await replies.next(terms, signal));
    if (move.act === 'wait') continue;
    if (move.act === 'end') {
      // Firmware that only wants to know the size refuses the rest: that is no news.
      if (move.outcome === 'done')
        log(`${client.address} loaded ${request.name} (${file.size} bytes) by TFTP`);
      if (move.outcome === 'silent') log(`${client.address} fell silent while it loaded ${request.name}`);
      return;
    }
    progress = move.progress;
    await send(socket, await packetFor(terms, progress, file.read), client);
  }
}

/** What the client of this transfer says; what anybody else sends to its port is passed over. */
function repliesOf(socket: Socket, client: Client) {
  const waiting: TftpReply[] = [];
  let wake: () => void = () => undefined;
  socket.on('message', (bytes, from) => {
    const reply = parseReply(bytes);
    if (reply === undefined || from.address !== client.address || from.port !== client.port) return;
    waiting.push(reply);
    wake();
  });
  return {
    /** The next reply; undefined after too long a silence. */
    async next({ resendMilliseconds }: Terms, signal: AbortSignal): Promise<TftpReply | undefined> {
      if (waiting.length === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, resendMilliseconds);
          wake = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake, { once: true });
        });
      return waiting.shift();
    },
  };
}

const send = (socket: Socket, packet: Buffer, { port, address }: Client): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.send(packet, port, address, (error) => (error ? reject(error) : resolve()));
  });
