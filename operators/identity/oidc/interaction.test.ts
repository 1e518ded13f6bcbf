import { describe, expect, it } from 'vitest';
import { aClient, anAccount, aSession, NOW } from '../testing/records.ts';
import { type InteractionFacts, nextStep } from './interaction.ts';

const signedIn = { session: aSession(), account: anAccount() };
const facts: InteractionFacts = {
  signedIn,
  safe: true,
  client: aClient(),
  prompt: 'login',
  reasons: ['no_session'],
  begun: NOW + 1,
};

describe('somebody whom an app has sent', () => {
  it.each<[string, Partial<InteractionFacts>, object]>([
    ['signs in', { signedIn: undefined }, { step: 'sign-in', again: false }],
    ['goes on, where they are signed in', {}, { step: 'login', ...signedIn }],
    [
      'shows a passkey again where the app wants it',
      { reasons: ['login_prompt'] },
      { step: 'sign-in', again: true },
    ],
    [
      'shows a passkey again where it is too long ago',
      { reasons: ['max_age'] },
      { step: 'sign-in', again: true },
    ],
    [
      'goes on, having shown it since',
      { reasons: ['login_prompt'], begun: NOW },
      { step: 'login', ...signedIn },
    ],
    ['gets a second way in first', { safe: false }, { step: 'safety' }],
    [
      'is shown the door of an app that is not theirs',
      { client: aClient({ groups: ['parents'] }) },
      { step: 'refuse', account: signedIn.account },
    ],
    [
      'is shown the door of an app that is gone',
      { client: undefined },
      { step: 'refuse', account: signedIn.account },
    ],
    ['is asked for no consent', { prompt: 'consent' }, { step: 'consent' }],
  ])('%s', (_what, over, next) => {
    expect(nextStep({ ...facts, ...over })).toEqual(next);
  });
});
