import { NIO_SERVICE, type NioAddress } from '@hearth/domain';
import multicastDns from 'multicast-dns';
import { nioAddresses } from './records.ts';

/** How long is listened, and how often asked meanwhile: a question may be lost. */
const PATIENCE_MILLISECONDS = 3000;
const ASK_EVERY_MILLISECONDS = 1000;

/**
 * Asks a network where NIO is, for three seconds.
 * @param address of the interface on which it is asked; without one, on all
 * @returns all that answer: who listens to one alone may listen to a stranger
 */
export async function browseNio(address?: string): Promise<readonly NioAddress[]> {
  const mdns = multicastDns({ bind: '0.0.0.0', ...(address === undefined ? {} : { interface: address }) });
  const found = new Map<string, NioAddress>();
  mdns.on('response', ({ answers, additionals }) => {
    for (const nio of nioAddresses([...(answers ?? []), ...(additionals ?? [])]))
      found.set(`${nio.url} ${nio.key}`, nio);
  });
  const ask = () => mdns.query(NIO_SERVICE, 'PTR');
  await new Promise<void>((resolve, reject) => {
    mdns.on('error', reject);
    ask();
    const asking = setInterval(ask, ASK_EVERY_MILLISECONDS);
    setTimeout(() => {
      clearInterval(asking);
      resolve();
    }, PATIENCE_MILLISECONDS);
  }).finally(() => mdns.destroy());
  return [...found.values()];
}
