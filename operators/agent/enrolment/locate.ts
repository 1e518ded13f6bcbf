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

/** Finds NIO: where it was told, where it was met last, what the kernel was told, who answers on the network. */
export interface Locator {
  /** @throws a sentence where nobody knows. */
  url(): Promise<string>;
  /** The key that the kernel was told along with an address. That of whoever answers on the network is nobody's word. */
  key(): Promise<string | undefined>;
  /** It was met there. */
  met(): Promise<void>;
}

/** A locator that has asked nobody yet. */
export function createLocator({ state, given, browse }: LocateOptions): Locator {
  const path = join(state, ADDRESS_FILE);
  let found: NioAddress | undefined;
  const locate = async (): Promise<NioAddress> => {
    if (given !== undefined) return nioAddress.parse({ url: given });
    const last = (await readIfThere(path))?.trim();
    const known = last ? { url: last } : await toldByKernel();
    found ??= known ?? (await browse());
    if (found) return found;
    throw new Error(
      'nobody on this network says where NIO is: run kiko netboot or announce it, or start the machine with hearth.nio=URL',
    );
  };
  return {
    url: async () => (await locate()).url,
    key: async () => (given === undefined ? (await toldByKernel())?.key : undefined),
    async met() {
      const { url } = await locate();
      if ((await readIfThere(path))?.trim() !== url) await replaceFile(path, `${url}\n`);
    },
  };
}

const toldByKernel = async (): Promise<NioAddress | undefined> =>
  nioFromKernel(await readFile('/proc/cmdline', 'utf8').catch(() => ''));
