import { z } from 'zod';
import { fromBase64, toBase64, utf8 } from './bytes.ts';
import { isNumbered } from './chain.ts';
import { openCheckpoint, type ProofCrypto, ProofError, type TreeHead } from './checkpoint.ts';
import { emptyFrontier, grow, isIncluded, leafHash, rootOf } from './merkle.ts';

/**
 * Archived events: lines of JSON, the first of which proves that the others, an event each, are events of the log as of
 * a checkpoint.
 */
const header = z.object({
  format: z.literal('hearth-events/1'),
  first: z.int().min(1),
  last: z.int().min(1),
  /** Base64; the roots beside the one of these events' own tree. */
  path: z.array(z.string()).max(64),
  /** A signed note. */
  checkpoint: z.string(),
});

/** What an archive is about. */
interface Proven {
  readonly first: number;
  readonly last: number;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** The first line of an archive. */
export const archiveHeader = ({ first, last, path, checkpoint }: Proven): string =>
  JSON.stringify({
    format: 'hearth-events/1',
    first,
    last,
    path: path.map(toBase64),
    checkpoint,
  } satisfies z.infer<typeof header>);

function parseHeader(line: string): Proven {
  try {
    const { path, ...said } = header.parse(JSON.parse(line));
    const hashes = path.map((hash) => fromBase64(hash) ?? new Uint8Array());
    return { ...said, path: hashes };
  } catch (cause) {
    throw new ProofError('this is no archive of events', { cause });
  }
}

/** An archive that holds what it says. */
export interface Archive {
  readonly first: number;
  readonly last: number;
  /** Of its events' own Merkle tree. */
  readonly root: Uint8Array;
  /** The log that they are events of, at the time of archiving. */
  readonly head: TreeHead;
}

/**
 * Checks an archive with nothing but the log's key.
 * @throws ProofError where it is not what the log recorded.
 */
export async function checkArchive(
  crypto: ProofCrypto,
  lines: AsyncIterable<string>,
  key: string,
): Promise<Archive> {
  const { sha256 } = crypto;
  let proven: Proven | undefined;
  let tree = emptyFrontier;
  for await (const line of lines) {
    if (proven === undefined) {
      proven = parseHeader(line);
      continue;
    }
    const seq = proven.first + tree.size;
    if (!isNumbered(line, seq)) throw new ProofError(`event ${seq} does not stand where it should`);
    tree = grow(sha256, tree, leafHash(sha256, utf8(line)));
  }
  const { first, last, path, checkpoint } = proven ?? parseHeader('');
  if (first + tree.size !== last + 1) throw new ProofError(`the archive ends before event ${last}`);
  const head = openCheckpoint(crypto, checkpoint, key);
  const root = rootOf(sha256, tree);
  if (!isIncluded(sha256, { ...head, index: first - 1, width: tree.size, node: root, path })) {
    throw new ProofError(`events ${first} to ${last} are not those that the checkpoint vouches for`);
  }
  return { first, last, root, head: { ...head } };
}
