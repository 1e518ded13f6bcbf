import { setTimeout as sleep } from 'node:timers/promises';
import type { NioAddress } from '@hearth/domain';
import multicastDns from 'multicast-dns';
import { type DnsRecord, isAsked, nioRecords } from './records.ts';

/** An announcement that goes on. */
export interface Announcement {
  /** Takes it back, so that nobody goes on looking there. */
  end(): Promise<void>;
}

/** What is announced, and by whom. */
export interface Announced {
  readonly nio: NioAddress;
  /** The name of this machine: one label. */
  readonly host: string;
  /** The address of the interface on which it is said. */
  readonly address: string;
  /** That it can’t be said any more. */
  failed(error: Error): void;
}

/** RFC 6762, 8.3: at least twice, a second apart. */
const REPEAT_MILLISECONDS = 1000;

/** Tells the machines of a network by multicast DNS where NIO is. */
export function announceNio({ nio, host, address, failed }: Announced): Announcement {
  const mdns = multicastDns({ interface: address, bind: '0.0.0.0' });
  const records = nioRecords(nio, host);
  const say = (answers: readonly DnsRecord[]) =>
    new Promise<void>((resolve) => {
      mdns.respond([...answers], () => resolve());
    });
  const ending = new AbortController();
  mdns.on('error', failed);
  mdns.on('query', ({ questions }) => {
    if (questions?.some((each) => isAsked(records, each))) void say(records);
  });
  void say(records)
    .then(() => sleep(REPEAT_MILLISECONDS, undefined, { signal: ending.signal }))
    .then(() => say(records))
    .catch(() => undefined);
  return {
    async end() {
      ending.abort();
      await say(nioRecords(nio, host, true));
      await new Promise<void>((resolve) => {
        mdns.destroy(resolve);
      });
    },
  };
}
