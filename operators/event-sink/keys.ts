import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNoteSigner, type NoteSigner } from './log/sign.ts';

/** What the sink alone knows: made once, mounted from a Secret that can't be changed. */
export interface Keys {
  /** Signs the log's checkpoints. */
  readonly signer: NoteSigner;
  /** What redacted values are digested with: without it, nobody can try what a value may have been. */
  readonly salt: Buffer;
}

/** Shorter, it could be tried. */
const SHORTEST_SALT = 32;

/**
 * Reads the keys from the folder of their Secret: `checkpoint.pem` (Ed25519, PKCS #8) and `salt`.
 * @throws where one is missing or will not do, without saying anything of what it holds.
 */
export async function readKeys(folder: string): Promise<Keys> {
  const [pem, salt] = await Promise.all(['checkpoint.pem', 'salt'].map((name) => readKey(folder, name)));
  if (salt === undefined || salt.length < SHORTEST_SALT)
    throw new Error(`the key ${join(folder, 'salt')} has less than ${SHORTEST_SALT} bytes`);
  return { signer: signerOf(pem ?? Buffer.alloc(0), join(folder, 'checkpoint.pem')), salt };
}

async function readKey(folder: string, name: string): Promise<Buffer> {
  const file = join(folder, name);
  return readFile(file).catch(() => {
    throw new Error(`the key ${file} can't be read: is the Secret with the sink's keys mounted there?`);
  });
}

/** The log is named after the key that signs for it: one name for ever, and no other home's. */
function signerOf(pem: Buffer, file: string): NoteSigner {
  try {
    const key = createPrivateKey(pem);
    const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const digest = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
    return createNoteSigner(`hearth-events-${digest}`, key);
  } catch {
    throw new Error(`the key ${file} is no Ed25519 key in PEM (PKCS #8)`);
  }
}
