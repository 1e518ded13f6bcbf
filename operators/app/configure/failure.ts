/** Why a step can't be carried out, in words for people. Its message never holds a value. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
}

/** A text is not what its format asks. Whoever knows the file's name adds it. */
export class BrokenText extends Error {
  override readonly name = 'BrokenText';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** The line, counted from 1, on which an offset of a text stands. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** How the lines of a text end. */
export const lineEnd = (text: string): '\n' | '\r\n' => (/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n');
