import type { Address } from '@hearth/runtime';
import { Client, type Dispatcher } from 'undici';

/** What an app is asked. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
}

/** What it answered; without a text where that is longer than is read. */
export interface Answer {
  readonly status: number;
  readonly text: string | undefined;
}

/** No whole answer came. Its message goes on after the question: it `refuses connections`. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

const LONGEST_ANSWER = 1024 * 1024;

/**
 * Asks once, over a connection of its own, for at most `timeout` milliseconds. Redirects are answers like others:
 * an app doesn't say where its secrets are sent.
 * @throws Broken where no answer came; the signal's reason where it was aborted.
 */
export async function exchange(
  { host, port }: Address,
  { method, path, headers, body }: Question,
  signal: AbortSignal,
  timeout: number,
): Promise<Answer> {
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const limit = AbortSignal.timeout(timeout);
  const client = new Client(origin, { connect: { timeout }, headersTimeout: timeout, bodyTimeout: timeout });
  try {
    const answer = await client.request({
      method: method as Dispatcher.HttpMethod,
      path,
      headers: headers.flat(),
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, limit]),
    });
    return { status: answer.statusCode, text: await read(answer.body) };
  } catch (error) {
    signal.throwIfAborted();
    throw new Broken(limit.aborted ? tooSlow(timeout) : reason(error, timeout));
  } finally {
    await client.destroy();
  }
}

async function read(body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_ANSWER) return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooSlow = (timeout: number): string => `was not answered within ${timeout / 1000} s`;

/** The errors' own messages may quote what was sent. */
function reason(error: unknown, timeout: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'found no one: the app refuses connections';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'found no one: the app’s Service has no address';
  if (code === 'UND_ERR_INVALID_ARG') return 'can’t be sent: a header holds what no header can';
  if (code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT') return tooSlow(timeout);
  return `was broken off (${code || 'unknown error'})`;
}
