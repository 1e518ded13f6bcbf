import { z } from 'zod';
import type { LogPart } from './audit.ts';
import { fromBase64, toBase64 } from './bytes.ts';
import { ProofError } from './checkpoint.ts';

/** Bytes in JSON. */
const bytes = z.string().transform((text, context) => {
  const decoded = fromBase64(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'this is no base64' });
  return z.NEVER;
});
const seq = z.int();

/** A line of `GET /-/log/parts`, and of the copy of a log that is kept to be checked elsewhere. */
const partLine = z.discriminatedUnion('part', [
  z.object({ part: z.literal('event'), seq, text: z.string(), hash: bytes }),
  z.object({
    part: z.literal('pruned'),
    first: seq,
    leaves: z.array(bytes),
    kept: z.array(z.object({ seq, text: z.string() })),
  }),
  z.object({ part: z.literal('seal'), first: seq, last: seq, root: bytes, hash: bytes }),
  z.object({ part: z.literal('damage'), problem: z.string() }),
]);

/** Writes a part of a log as a line of JSON, its bytes in base64. */
export function formatPart(part: LogPart): string {
  switch (part.part) {
    case 'event':
      return JSON.stringify({ ...part, hash: toBase64(part.hash) });
    case 'pruned':
      return JSON.stringify({ ...part, leaves: part.leaves.map(toBase64) });
    case 'damage':
      return JSON.stringify(part);
    default:
      return JSON.stringify({ ...part, root: toBase64(part.root), hash: toBase64(part.hash) });
  }
}

/** Reads such a line. @throws ProofError where it is none. */
export function parsePart(line: string): LogPart {
  try {
    return partLine.parse(JSON.parse(line));
  } catch (cause) {
    throw new ProofError('this is no part of an event log', { cause });
  }
}
