import { describe, expect, test } from 'vitest';
import {
  initialReflectorState,
  nextReflectorState,
  type ReflectorInput,
  type ReflectorState,
} from './reflector-state.ts';

const watching: ReflectorState = { phase: 'watch', resourceVersion: '5', failures: 0 };
const listing: ReflectorState = { phase: 'list', continueToken: 'next', failures: 0 };

describe('a reflector', () => {
  test.each<[string, ReflectorState, ReflectorInput, ReflectorState, boolean]>([
    [
      'asks for the next page',
      initialReflectorState,
      { type: 'page', resourceVersion: '5', continueToken: 'next' },
      listing,
      false,
    ],
    [
      'watches from the version of the last page',
      listing,
      { type: 'page', resourceVersion: '5', continueToken: undefined },
      watching,
      false,
    ],
    ['repeats a page that failed, later', listing, { type: 'failed' }, { ...listing, failures: 1 }, true],
    [
      'begins the list anew when it has expired',
      listing,
      { type: 'expired' },
      { phase: 'list', continueToken: undefined, failures: 1 },
      false,
    ],
    [
      'moves on with each event',
      { ...watching, failures: 3 },
      { type: 'event', resourceVersion: '6' },
      { ...watching, resourceVersion: '6' },
      false,
    ],
    ['resumes a watch that ended', watching, { type: 'closed', early: false }, watching, false],
    [
      'resumes a watch that hardly began, later',
      watching,
      { type: 'closed', early: true },
      { ...watching, failures: 1 },
      true,
    ],
    ['resumes a watch that failed, later', watching, { type: 'failed' }, { ...watching, failures: 1 }, true],
    ['resumes a silent watch at once', watching, { type: 'silent' }, watching, false],
    [
      'lists again at once when its version is forgotten',
      watching,
      { type: 'expired' },
      { phase: 'list', continueToken: undefined, failures: 1 },
      false,
    ],
    [
      'begins a list anew, later, that is refused',
      listing,
      { type: 'refused' },
      { phase: 'list', continueToken: undefined, failures: 1 },
      true,
    ],
    [
      'lists again, later, where a watch is refused',
      watching,
      { type: 'refused' },
      { phase: 'list', continueToken: undefined, failures: 1 },
      true,
    ],
    [
      'but not in a loop',
      { ...watching, failures: 1 },
      { type: 'expired' },
      { phase: 'list', continueToken: undefined, failures: 2 },
      true,
    ],
    [
      'keeps counting failures over a list',
      { ...initialReflectorState, failures: 2 },
      { type: 'page', resourceVersion: '5', continueToken: undefined },
      { ...watching, failures: 2 },
      false,
    ],
  ])('%s', (_, state, input, next, pause) => {
    expect(nextReflectorState(state, input)).toEqual({ state: next, pause });
  });
});
