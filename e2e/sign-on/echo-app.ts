import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** An app that trusts its gateway, and remembers every request that reached it. */
export interface EchoApp {
  readonly port: number;
  /** The headers of what reached it, as they were on the wire: names and values in turn. */
  readonly seen: readonly (readonly string[])[];
  /** The paths of what reached it. */
  readonly paths: readonly string[];
  forget(): void;
  stop(): Promise<void>;
}

const PAGE = (request: IncomingMessage) => `<!doctype html><html lang="en"><title>Feeds</title>
<h1>Hello ${request.headers['remote-user'] ?? 'nobody'}</h1><p id="socket">no socket</p>
<script>
const socket = new WebSocket('wss://' + location.host + '/socket');
socket.onmessage = ({ data }) => { document.querySelector('#socket').textContent = data; };
socket.onerror = () => { document.querySelector('#socket').textContent = 'refused'; };
</script></html>`;

/** What a WebSocket server adds to the key that it is sent (RFC 6455, 1.3). */
const SOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Starts one on a free port of the loopback interface. */
export async function startEchoApp(): Promise<EchoApp> {
  const seen: string[][] = [];
  const paths: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    seen.push(request.rawHeaders);
    paths.push(request.url ?? '');
    response.setHeader('content-type', 'text/html').end(PAGE(request));
  });
  server.on('upgrade', (request, socket) => {
    seen.push(request.rawHeaders);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${SOCKET_GUID}`)
      .digest('base64');
    const text = Buffer.from(`socket of ${request.headers['remote-user'] ?? 'nobody'}`);
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
    socket.on('error', () => socket.destroy());
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    paths,
    forget() {
      seen.length = 0;
      paths.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
