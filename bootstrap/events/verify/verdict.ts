/** What a check came to. */
export interface Verdict {
  /** What was checked, and holds; in sentences. */
  readonly holds: readonly string[];
  /** What is wrong; in sentences. */
  readonly findings: readonly string[];
  /** What was not checked, and how it can be; in sentences. */
  readonly open: readonly string[];
}

/** Says a verdict in lines for people. */
export const verdictText = ({ holds, findings, open }: Verdict): string =>
  [
    ...findings.map((sentence) => `✗ ${sentence}`),
    ...holds.map((sentence) => `✓ ${sentence}`),
    ...open.map((sentence) => `? ${sentence}`),
  ].join('\n');

/** A sentence of one that has neither capital nor full stop. */
export const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
