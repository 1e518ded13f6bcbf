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
 * The sink is ready when every kind was seen once, there is a Home whose address it has, and its log takes events. A
 * watch that breaks off later is no reason to turn people away: what there is can be read, and an alert tells of it.
 */
export function createReadiness(state: () => Pick<WatchState, 'log' | 'error' | 'kinds'>): Readiness {
  let seen = false;
  let answering: 'not yet' | 'yes' | 'no more' = 'not yet';
  return {
    unready() {
      const { log, error, kinds } = state();
      const unseen = kinds.filter(({ phase }) => phase !== 'watching').map(({ of }) => of);
      seen ||= kinds.length > 0 && unseen.length === 0;
      return [
        ...(log === 'writing' ? [] : [`room in the log: ${error}`]),
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
