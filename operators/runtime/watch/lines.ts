const NEWLINE = 10;

/**
 * Cuts a byte stream into lines. Each is decoded once, when it is whole, so that a character that is split
 * over two chunks stays whole too.
 */
export function splitLines(line: (text: string) => void): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (rest.length === 0) {
        if (end > start) line(chunk.toString('utf8', start, end));
      } else {
        rest.push(chunk.subarray(start, end));
        line(Buffer.concat(rest).toString('utf8'));
        rest = [];
      }
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  };
}
