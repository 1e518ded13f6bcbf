import { BrokenText, lineEnd, StepFailure } from '../failure.ts';

type Line =
  | { readonly kind: 'other' }
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'key'; readonly key: string; readonly before: string; readonly value: string };

interface Placed {
  readonly text: string;
  readonly line: Line;
  readonly section: string;
}

/**
 * Sets keys of one section of an ini file; '' are the keys before the first section. A key that stands there
 * gets its value in place, wherever it stands several times; another is put at the end of its section. Every
 * other line stays as it is. What follows `=` is the value: comments behind one are not told apart, since every
 * program does so differently.
 * @throws BrokenText, StepFailure for names and values that an ini file can't hold.
 */
export function setIniKeys(text: string, section: string, keys: Readonly<Record<string, string>>): string {
  if (/[\]\r\n]/.test(section) || section.trim() !== section) {
    throw new StepFailure('a name of a section can’t hold `]`, a line break, or a blank at an end');
  }
  const end = lineEnd(text);
  let lines = place(text.split('\n'));
  for (const [key, value] of Object.entries(keys)) {
    refuseUnholdable(key, value);
    lines = place(setKey(lines, section, key, value, end));
  }
  return lines.map(({ text }) => text).join('\n');
}

function refuseUnholdable(key: string, value: string): void {
  if (key === '' || key.trim() !== key || /[=\r\n]/.test(key) || /^[[;#]/.test(key)) {
    throw new StepFailure(`\`${key}\` can’t be a key of an ini file`);
  }
  if (/[\r\n]/.test(value))
    throw new StepFailure(`the value of ${key} has a line break, which ini files can’t hold`);
  if (value.trim() !== value) {
    throw new StepFailure(`the value of ${key} begins or ends with a blank, which ini files don’t keep`);
  }
}

/** Reads each line, and says in which section it stands. */
function place(texts: readonly string[]): readonly Placed[] {
  let section = '';
  return texts.map((text, index) => {
    const line = readLine(text, index + 1);
    if (line.kind === 'section') section = line.name;
    return { text, line, section };
  });
}

function readLine(text: string, number: number): Line {
  const bare = text.trim();
  if (bare === '' || bare.startsWith(';') || bare.startsWith('#')) return { kind: 'other' };
  if (bare.startsWith('[')) {
    const close = bare.indexOf(']');
    if (close < 0) throw new BrokenText(number, 'a section has no closing bracket');
    return { kind: 'section', name: bare.slice(1, close).trim() };
  }
  const equals = text.indexOf('=');
  const key = text.slice(0, Math.max(equals, 0)).trim();
  // A word alone is a switch in some dialects: it counts as a key without a value.
  if (key === '') return { kind: 'key', key: bare, before: '', value: '' };
  const value = text.slice(equals + 1).trimStart();
  return { kind: 'key', key, before: text.slice(0, text.length - value.length), value: value.trimEnd() };
}

function setKey(
  lines: readonly Placed[],
  section: string,
  key: string,
  value: string,
  end: string,
): readonly string[] {
  const own = (placed: Placed): boolean => placed.section === section && placed.line.kind === 'key';
  const isKey = ({ line }: Placed): boolean => line.kind === 'key' && line.key === key;
  if (!lines.some((placed) => own(placed) && isKey(placed))) return addKey(lines, section, key, value, end);
  return lines.map((placed) => {
    const { line, text } = placed;
    if (!own(placed) || line.kind !== 'key' || line.key !== key) return text;
    if (line.before !== '' && line.value === value) return text;
    const carriage = text.endsWith('\r') ? '\r' : '';
    return `${line.before === '' ? `${key}${separator(lines)}` : line.before}${value}${carriage}`;
  });
}

/** How this file writes what stands between key and value: as its first key does. */
function separator(lines: readonly Placed[]): string {
  for (const { line } of lines) {
    if (line.kind === 'key' && line.before !== '') return line.before.trimStart().slice(line.key.length);
  }
  return '=';
}

function addKey(
  lines: readonly Placed[],
  section: string,
  key: string,
  value: string,
  end: string,
): readonly string[] {
  const texts = lines.map(({ text }) => text);
  const added = `${key}${separator(lines)}${value}`;
  const last = lines.findLastIndex(
    ({ section: name, text, line }) => name === section && (text.trim() !== '' || line.kind === 'section'),
  );
  const known = section === '' || last >= 0;
  const addition = known ? [added] : [`[${section}]`, added];
  const at = known ? last + 1 : texts.findLastIndex((text) => text.trim() !== '') + 1;
  if (!known && at > 0) addition.unshift('');
  return insertLines(texts, at, addition, end);
}

/** Puts whole lines before line `at`. The last text is what follows the last line break: '' where a file ends well. */
function insertLines(texts: readonly string[], at: number, addition: string[], end: string): string[] {
  const carriage = end === '\r\n' ? '\r' : '';
  const before = texts.slice(0, at);
  const after = texts.slice(at);
  const ended = addition.map((line) => `${line}${carriage}`);
  if (after.length > 0) return [...before, ...ended, ...after];
  // The file's last line has no line break yet.
  const lastLine = before.pop() ?? '';
  return [...before, `${lastLine}${carriage}`, ...ended, ''];
}
