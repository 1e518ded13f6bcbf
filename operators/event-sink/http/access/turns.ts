import { Refusal } from '../refusal.ts';

/**
 * Runs things, no more than `most` at once; the rest wait in order, no more than `longest` of them.
 * @throws Refusal where so many wait already
 */
export function createTurns(most: number, longest = Infinity): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (run) => {
    if (waiting.length >= longest)
      throw new Refusal(503, 'Many ask at once', 'Try it again in a moment.', { 'retry-after': '5' });
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
