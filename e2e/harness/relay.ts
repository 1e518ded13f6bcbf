import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Another address of a server. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  close(): void;
}

/** Opens a server of the loopback interface to those who dial this machine from outside, or at that address. */
export async function relayTo(
  server: { readonly host: string; readonly port: number },
  at = outsideAddress(),
): Promise<Relay> {
  const relay = createServer((incoming) => {
    const outgoing = connect({ host: server.host, port: server.port });
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, at, resolve));
  return {
    host: at,
    port: (relay.address() as AddressInfo).port,
    close: () => relay.close(),
  };
}

function outsideAddress(): string {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(
      ({ internal, family, address }) => !internal && family === 'IPv4' && !address.startsWith('169.254.'),
    );
  if (outside === undefined) throw new Error('this machine has no address but its own loopback');
  return outside.address;
}
