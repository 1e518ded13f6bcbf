import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** Passes lines on and writes them into a file, which gets its name when all of them are in it. */
export async function* keepingCopy(lines: AsyncIterable<string>, file: string): AsyncGenerator<string> {
  const part = `${file}.part`;
  const copy = createWriteStream(part, { mode: 0o600, flush: true });
  try {
    await once(copy, 'open');
    for await (const line of lines) {
      if (!copy.write(`${line}\n`)) await once(copy, 'drain');
      yield line;
    }
    copy.end();
    await finished(copy);
    await rename(part, file);
  } finally {
    copy.destroy();
    await rm(part, { force: true });
  }
}
