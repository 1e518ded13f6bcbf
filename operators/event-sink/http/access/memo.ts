import type { Clock } from '@hearth/runtime/clock';

/** How long answers are remembered, and how many. */
export interface MemoOptions {
  readonly clock: Clock;
  readonly milliseconds: number;
  readonly most: number;
}

/** Answers by question. Who asks while a question is under way waits for its answer, and asks nobody else. */
export type Memo<Answer> = (question: string, ask: () => Promise<Answer>) => Promise<Answer>;

interface Remembered<Answer> {
  readonly answer: Promise<Answer>;
  readonly until: number;
}

/** Remembers nothing yet. What failed is asked again; past `most`, what was asked first is forgotten first. */
export function createMemo<Answer>({ clock, milliseconds, most }: MemoOptions): Memo<Answer> {
  const known = new Map<string, Remembered<Answer>>();

  const forget = (question: string, answer: Promise<Answer>) => {
    if (known.get(question)?.answer === answer) known.delete(question);
  };

  return (question, ask) => {
    const now = clock.monotonic();
    const found = known.get(question);
    if (found !== undefined && found.until > now) return found.answer;
    const answer = ask();
    known.delete(question);
    known.set(question, { answer, until: now + milliseconds });
    answer.catch(() => forget(question, answer));
    if (known.size > most) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    return answer;
  };
}
