import { GraphBusy } from '../graph.ts';

/** Something that waits for its turn. */
export interface Turn<Subject> {
  /** Never rejects but for what ends its subject. */
  run(subject: Subject): Promise<void>;
  /** It won't get its turn. */
  refuse(error: Error): void;
}

/** Those that wait, first come, first served. */
export interface Line<Subject> {
  /** Waits at most so many milliseconds for its turn. Refused with {@link GraphBusy} when it doesn't come. */
  join(turn: Turn<Subject>, milliseconds: number): void;
  next(): Turn<Subject> | undefined;
  isEmpty(): boolean;
  /** Refuses all that wait, and all that come. */
  close(error: Error): void;
}

/** An empty line, in which no more than `longest` wait. */
export function createLine<Subject>(longest: number): Line<Subject> {
  const waiting = new Map<Turn<Subject>, () => void>();
  let closed: Error | undefined;

  const leave = (turn: Turn<Subject>) => {
    waiting.get(turn)?.();
    waiting.delete(turn);
  };

  return {
    join(turn, milliseconds) {
      const full =
        waiting.size >= longest ? new GraphBusy('many ask at once; try again in a while') : undefined;
      const refusal = closed ?? full;
      if (refusal !== undefined) {
        turn.refuse(refusal);
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(turn);
        turn.refuse(new GraphBusy('the graph is being built, or others ask; try again in a while'));
      }, milliseconds);
      waiting.set(turn, () => clearTimeout(timer));
    },
    next() {
      const [turn] = waiting.keys();
      if (turn !== undefined) leave(turn);
      return turn;
    },
    isEmpty: () => waiting.size === 0,
    close(error) {
      closed = error;
      for (const turn of [...waiting.keys()]) {
        leave(turn);
        turn.refuse(error);
      }
    },
  };
}
