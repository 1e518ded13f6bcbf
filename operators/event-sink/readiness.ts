import type { WatchState } from './watch/watch.ts';

/** What the readiness probe is told. */
export interface Readiness {
  /** What is waited for; empty where nothing is. */
  unready(): readonly string[];
  /** From now on, questions are answered. */
  answers(): void;
  /** From now on, they are not. */
  stops(): void;
}

/**
 * The sink is ready when every kind was seen once, and there is a Home whose address it has. A watch that breaks off later
 * or a log that takes no events is no reason to turn people away: what there is can be read, and alerts tell of it.
 */
export function createReadiness(state: () => Pick<WatchState, 'kinds'>): Readiness {
  let seen = false;
  let answering: 'not yet' | 'yes' | 'no more' = 'not yet';
  return {
    unready() {
      const { kinds } = state();
      const unseen = kinds.filter(({ phase }) => phase !== 'watching').map(({ of }) => of);
      seen ||= kinds.length > 0 && unseen.length === 0;
      return [
        ...(seen ? [] : unseen.length > 0 ? unseen : ['the kinds to watch']),
        ...(answering === 'not yet' ? ['the Home'] : []),
        ...(answering === 'no more' ? ['its end'] : []),
      ];
    },
    answers() {
      answering = 'yes';
    },
    stops() {
      answering = 'no more';
    },
  };
}
