import type { Clock } from '@hearth/runtime/clock';

/** How long answers are remembered, and how many. */
export interface MemoOptions<Answer> {
  readonly clock: Clock;
  readonly milliseconds: number;
  readonly most: number;
  /** Whether an answer is one to remember; if not given, all are. */
  readonly keeps?: (answer: Answer) => boolean;
}

/** Answers by question. Who asks while a question is under way waits for its answer, and asks nobody else. */
export type Memo<Answer> = (question: string, ask: () => Promise<Answer>) => Promise<Answer>;

interface Remembered<Answer> {
  readonly answer: Answer;
  readonly until: number;
}

/** Remembers nothing yet. What failed is asked again; past `most`, what was asked first is forgotten first. */
export function createMemo<Answer>({
  clock,
  milliseconds,
  most,
  keeps = () => true,
}: MemoOptions<Answer>): Memo<Answer> {
  const underWay = new Map<string, Promise<Answer>>();
  const known = new Map<string, Remembered<Answer>>();

  const keep = (question: string, remembered: Remembered<Answer>) => {
    known.delete(question);
    known.set(question, remembered);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
  };

  const put = async (question: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const until = clock.monotonic() + milliseconds;
    const answer = await ask();
    if (keeps(answer)) keep(question, { answer, until });
    return answer;
  };

  return async (question, ask) => {
    const found = known.get(question);
    if (found !== undefined && found.until > clock.monotonic()) return found.answer;
    const asked = underWay.get(question) ?? put(question, ask);
    underWay.set(question, asked);
    return await asked.finally(() => underWay.delete(question));
  };
}
