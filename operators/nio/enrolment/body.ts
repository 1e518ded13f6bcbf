import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Facts about a machine with many disks and network cards take less. */
const LARGEST = 64 * 1024;

/**
 * The JSON that a request brings.
 * @throws Refusal where it is too large, or none.
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const tooLarge = new Refusal(413, `A request may have ${LARGEST / 1024} KiB.`);
  if (Number(request.headers['content-length'] ?? 0) > LARGEST) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST) throw tooLarge;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'The request is not JSON.');
  }
}
