/**
 * Lets one piece of work begin when those before it are done, whatever became of them. What is read into memory has to
 * arrive in the order in which it was read: over several connections, something older could else come in later.
 */
export function createTurns(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/**
 * The same for something that is read as a whole: who asks while it is being read shares one more reading with all
 * others who do.
 */
export function createReading(read: () => Promise<void>): () => Promise<void> {
  const inTurn = createTurns();
  let next: Promise<void> | undefined;
  return () => {
    next ??= inTurn(() => {
      next = undefined;
      return read();
    });
    return next;
  };
}
