import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NioAddress, nioAddress, nioFromKernel } from '@hearth/domain/discovery';
import { readIfThere, replaceFile } from '../journal/durable-file.ts';

/** Where NIO may be. */
export interface LocateOptions {
  readonly state: string;
  /** What the agent was told when it was started. */
  readonly given: string | undefined;
  /** Asks the local network. */
  browse(): Promise<NioAddress | undefined>;
}

/** Where the address lies in the state folder under which NIO was last met. */
const ADDRESS_FILE = 'nio-url';

/**
 * Finds NIO: where it was told, where it was met last, what the kernel was told, who answers on the network; the next of
 * them where nobody answers, and from the beginning again after the last. The home may have got another address while
 * the machine was off. Whoever it is has to prove NIO's key.
 */
export interface Locator {
  /** @throws a sentence where nobody knows. */
  url(): Promise<string>;
  /** The key that the kernel was told along with an address. That of whoever answers on the network is nobody's word. */
  key(): Promise<string | undefined>;
  /** NIO is there: it let the machine in. */
  met(): Promise<void>;
  /** NIO is not there. */
  lost(): void;
}

/** A locator that has asked nobody yet. */
export function createLocator({ state, given, browse }: LocateOptions): Locator {
  const path = join(state, ADDRESS_FILE);
  const silent = new Set<string>();
  let found: string | undefined;
  const lastMet = async () => (await readIfThere(path))?.trim() || undefined;
  const sources = [lastMet, async () => (await toldByKernel())?.url, async () => (await browse())?.url];
  const look = async (): Promise<string | undefined> => {
    const told = given === undefined ? undefined : nioAddress.parse({ url: given }).url;
    // Until it was met, nobody else is believed than who was named.
    if (told !== undefined && (!silent.has(told) || (await lastMet()) === undefined)) return told;
    for (const source of sources) {
      const url = await source();
      if (url !== undefined && !silent.has(url)) return url;
    }
    const [first] = silent;
    silent.clear();
    return first;
  };
  const locate = async (): Promise<string> => {
    found ??= await look();
    if (found !== undefined) return found;
    throw new Error(
      'nobody on this network says where NIO is: run kiko netboot or announce it, or start the machine with hearth.nio=URL',
    );
  };
  return {
    url: locate,
    key: async () => (given === undefined ? (await toldByKernel())?.key : undefined),
    async met() {
      silent.clear();
      if (found !== undefined && (await lastMet()) !== found) await replaceFile(path, `${found}\n`);
    },
    lost() {
      if (found !== undefined) silent.add(found);
      found = undefined;
    },
  };
}

const toldByKernel = async (): Promise<NioAddress | undefined> =>
  nioFromKernel(await readFile('/proc/cmdline', 'utf8').catch(() => ''));
