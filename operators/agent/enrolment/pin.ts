import { join } from 'node:path';
import { readIfThere, replaceFile } from '../journal/durable-file.ts';

/** The key of NIO that this machine knows. */
export interface NioPin {
  known(): Promise<string | undefined>;
  /** NIO was met under this key: from the first time on, it is the only one. */
  met(serverKey: string): Promise<void>;
  /** Somebody who knows says that this is the key. Whoever was met under another is not NIO. */
  vouch(key: string): void;
  /** Whether somebody said so: that NIO was met under its key says nothing of who that was. */
  isVouched(): boolean;
}

/** Where the pin lies in the state folder. */
export const PIN_FILE = 'nio-key';

/** A pin in the state folder; `given` comes before what was met, and is then what is known. */
export function nioPin(state: string, given: string | undefined): NioPin {
  const path = join(state, PIN_FILE);
  let vouched = given === undefined ? undefined : inBase64(given);
  let first: string | undefined;
  return {
    async known() {
      if (vouched === undefined) first ??= (await readIfThere(path))?.trim() || undefined;
      return vouched ?? first;
    },
    vouch(key) {
      vouched = inBase64(key);
    },
    isVouched: () => vouched !== undefined,
    async met(serverKey) {
      // Somebody else, whom it was asked while nobody had vouched for a key.
      if (vouched !== undefined && vouched !== serverKey) return;
      if ((await readIfThere(path))?.trim() === serverKey) return;
      await replaceFile(path, `${serverKey}\n`);
      first = serverKey;
    },
  };
}

/** A SHA-256 as somebody wrote it down: base64 of either alphabet, or hexadecimal. @throws where it is none. */
export function inBase64(text: string): string {
  const isHex = /^[0-9a-fA-F]{64}$/.test(text);
  const bytes = Buffer.from(text.replace(/^sha256[-:]/, ''), isHex ? 'hex' : 'base64');
  if (bytes.length !== 32) throw new Error(`“${text}” is no SHA-256 of a key, in base64 or hexadecimal`);
  return bytes.toString('base64');
}
