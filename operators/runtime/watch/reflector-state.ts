/**
 * Where a reflector is. It lists page by page, then watches from the version of the list, and goes on from the
 * last version that it saw for as long as the server remembers it.
 */
export type ReflectorState =
  | { readonly phase: 'list'; readonly continueToken: string | undefined; readonly failures: number }
  | { readonly phase: 'watch'; readonly resourceVersion: string; readonly failures: number };

/** What a reflector meets. */
export type ReflectorInput =
  /** A page of the list; the last one has no continue token. */
  | { readonly type: 'page'; readonly resourceVersion: string; readonly continueToken: string | undefined }
  /** An event or a bookmark of the watch. */
  | { readonly type: 'event'; readonly resourceVersion: string }
  /** The server has ended the watch, as it does every few minutes; `early` if it had hardly begun. */
  | { readonly type: 'closed'; readonly early: boolean }
  /** Nothing came for so long that the connection must be dead; the server is where it was. */
  | { readonly type: 'silent' }
  /** The server has forgotten this version, or this list (410), or is not there yet (again). */
  | { readonly type: 'expired' }
  /** The server does not know what is asked for: to ask it again would be no use. */
  | { readonly type: 'refused' }
  /** Anything else that went wrong. */
  | { readonly type: 'failed' };

/** The next state, and whether to pause before acting on it. */
export interface ReflectorStep {
  readonly state: ReflectorState;
  readonly pause: boolean;
}

/** Where each reflector begins. */
export const initialReflectorState: ReflectorState = { phase: 'list', continueToken: undefined, failures: 0 };

/** The reflector as a state machine; all that can go wrong leads back to a state that works by itself. */
export function nextReflectorState(state: ReflectorState, input: ReflectorInput): ReflectorStep {
  const { failures } = state;
  switch (input.type) {
    case 'page':
      return input.continueToken
        ? { state: { phase: 'list', continueToken: input.continueToken, failures }, pause: false }
        : { state: { phase: 'watch', resourceVersion: input.resourceVersion, failures }, pause: false };
    case 'event':
      return { state: { phase: 'watch', resourceVersion: input.resourceVersion, failures: 0 }, pause: false };
    case 'closed':
      return input.early ? failed(state) : { state: { ...state, failures: 0 }, pause: false };
    case 'silent':
      // A kind of which nothing is ever written may have no bookmarks either: silence is no failure by itself.
      return { state, pause: false };
    case 'expired':
      // The first list after a 410 is made at once; a server that keeps forgetting is not to be hammered.
      return {
        state: { phase: 'list', continueToken: undefined, failures: failures + 1 },
        pause: failures > 0,
      };
    case 'refused':
      return { state: { phase: 'list', continueToken: undefined, failures: failures + 1 }, pause: true };
    case 'failed':
      return failed(state);
  }
}

function failed(state: ReflectorState): ReflectorStep {
  return { state: { ...state, failures: state.failures + 1 }, pause: true };
}
