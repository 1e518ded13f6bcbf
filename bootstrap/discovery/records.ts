import { NIO_SERVICE, type NioAddress, nioFromTxt, nioTxt } from '@hearth/domain';

/** A DNS record as `multicast-dns` takes and gives it, of the types that DNS-SD needs. */
export type DnsRecord =
  | { readonly type: 'PTR'; readonly name: string; readonly ttl: number; readonly data: string }
  | { readonly type: 'TXT'; readonly name: string; readonly ttl: number; readonly data: string[] }
  | { readonly type: 'A'; readonly name: string; readonly ttl: number; readonly data: string }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly ttl: number;
      readonly data: { readonly port: number; readonly target: string };
    };

/** RFC 6762, section 10: for records that name a host, and for the others. */
const HOST_TTL = 120;
const OTHER_TTL = 4500;
const SERVICES = '_services._dns-sd._udp.local';

/**
 * What is said of NIO (RFC 6763): that there is the service, its instance, and where that is.
 * @param host what announces, whose name the instance bears
 * @param gone the last words: nothing of it holds any longer (RFC 6762, 10.1)
 */
export function nioRecords(nio: NioAddress, host: string, gone = false): readonly DnsRecord[] {
  const url = new URL(nio.url);
  const instance = `${host}.${NIO_SERVICE}`;
  const port = Number(url.port || 443);
  const isAddress = /^[0-9.]+$/.test(url.hostname);
  const target = isAddress ? `${host}-nio.local` : url.hostname;
  const [hostTtl, ttl] = gone ? [0, 0] : [HOST_TTL, OTHER_TTL];
  return [
    { type: 'PTR', name: SERVICES, ttl, data: NIO_SERVICE },
    { type: 'PTR', name: NIO_SERVICE, ttl, data: instance },
    { type: 'SRV', name: instance, ttl: hostTtl, data: { port, target } },
    { type: 'TXT', name: instance, ttl, data: [...nioTxt(nio)] },
    ...(isAddress ? [{ type: 'A', name: target, ttl: hostTtl, data: url.hostname } as const] : []),
  ];
}

/** Whether a question is about one of those records. Names are the same in any case (RFC 6762, section 16). */
export const isAsked = (
  records: readonly DnsRecord[],
  { name, type }: { readonly name: string; readonly type: string },
): boolean =>
  records.some(
    (each) => each.name.toLowerCase() === name.toLowerCase() && (type === 'ANY' || type === each.type),
  );

/** A record of any type, as it was received. */
export interface ReceivedRecord {
  readonly type: string;
  readonly name: string;
  readonly ttl?: number | undefined;
  readonly data?: unknown;
}

/** Where the records of an answer say that NIO is, each once. What takes its words back says nothing. */
export function nioAddresses(records: readonly ReceivedRecord[]): readonly NioAddress[] {
  const found = new Map<string, NioAddress>();
  for (const { type, name, ttl, data } of records) {
    if (type !== 'TXT' || ttl === 0 || !name.toLowerCase().endsWith(`.${NIO_SERVICE}`)) continue;
    const address = nioFromTxt([data].flat().map(String));
    if (address) found.set(`${address.url} ${address.key}`, address);
  }
  return [...found.values()];
}
