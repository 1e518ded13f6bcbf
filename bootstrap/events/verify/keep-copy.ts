import { open, rename, rm } from 'node:fs/promises';

/** Characters that are written at once. */
const CHUNK = 64 * 1024;

/** Passes lines on and writes them into a file, which gets its name when all of them are in it. */
export async function* keepingCopy(lines: AsyncIterable<string>, file: string): AsyncGenerator<string> {
  const part = `${file}.part`;
  const copy = await open(part, 'w', 0o600);
  try {
    let waiting = '';
    for await (const line of lines) {
      waiting += `${line}\n`;
      if (waiting.length >= CHUNK) {
        await copy.writeFile(waiting);
        waiting = '';
      }
      yield line;
    }
    await copy.writeFile(waiting);
    await copy.sync();
    await rename(part, file);
  } finally {
    await copy.close();
    await rm(part, { force: true });
  }
}
