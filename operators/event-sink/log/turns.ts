/** Runs one thing after the other, in the order in which they were asked for, whatever becomes of each. */
export type Turns = <T>(run: () => T | Promise<T>) => Promise<T>;

/** Makes a row of things to run. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = last.then(run);
    last = turn.catch(() => undefined);
    return turn;
  };
}
