import { NIO_SERVICE, type NioAddress, nioFromTxt } from '@hearth/domain/discovery';

/** Milliseconds that are listened, and between two questions: one may be lost. */
const PATIENCE = 3_000;
const ASKING = 1_000;

/**
 * Asks the local network where NIO is (DNS-SD over multicast DNS). Nobody who answers is trusted for that: the pairing
 * code says who it is.
 * @throws where several answer: which of them is meant, nobody here can say.
 */
export async function browseForNio(signal: AbortSignal): Promise<NioAddress | undefined> {
  // Needed once in the life of a machine.
  const { default: multicastDns } = await import('multicast-dns');
  const mdns = multicastDns({ bind: '0.0.0.0' });
  const found = new Map<string, NioAddress>();
  mdns.on('response', ({ answers = [], additionals = [] }) => {
    for (const record of [...answers, ...additionals]) {
      // What takes its words back says nothing.
      if (record.type !== 'TXT' || record.ttl === 0) continue;
      if (!record.name.toLowerCase().endsWith(`.${NIO_SERVICE}`)) continue;
      const address = nioFromTxt([record.data].flat().map(String));
      if (address) found.set(`${address.url} ${address.key}`, address);
    }
  });
  try {
    await listen(mdns, signal);
  } finally {
    mdns.destroy();
  }
  const [first, ...others] = found.values();
  if (others.length > 0)
    throw new Error(
      `several on this network say that they are NIO (${[...found.values()].map(({ url }) => url).join(', ')}): start the machine with hearth.nio=URL`,
    );
  return first;
}

function listen(
  mdns: {
    on(event: 'error', listener: (error: Error) => void): unknown;
    query(name: string, type: 'PTR'): void;
  },
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ask = () => mdns.query(NIO_SERVICE, 'PTR');
    const asking = setInterval(ask, ASKING);
    const end = (settle: () => void) => {
      clearInterval(asking);
      clearTimeout(listening);
      settle();
    };
    const listening = setTimeout(() => end(resolve), PATIENCE);
    signal.addEventListener('abort', () => end(resolve), { once: true });
    mdns.on('error', (error) => end(() => reject(error)));
    ask();
  });
}
