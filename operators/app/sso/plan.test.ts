import { describe, expect, it } from 'vitest';
import { type Facts, planClient, planRelease } from './plan.ts';
import type { Claim, Observation } from './provider.ts';

const claim: Claim = {
  id: 'home-rss-sso',
  mark: { home: 'h1', namespace: 'home', name: 'rss-sso' },
  strategy: 'oidc',
  title: 'Miniflux',
  url: 'https://rss.hearth.home.arpa',
  redirectUris: ['https://rss.hearth.home.arpa/oauth2/callback'],
  postLogoutRedirectUris: [],
  pkce: 'required',
  open: [],
  groups: [],
};
const right: Observation = { standing: { is: 'ours' }, drift: [], secrets: 'right' };
const absent: Observation = { standing: { is: 'absent' }, drift: [], secrets: 'wrong' };
const foreign: Observation = {
  ...right,
  standing: { is: 'foreign', whose: 'belongs to SSOClient kids/rss-sso' },
};

const plan = (observed: Observation, more: Partial<Facts> = {}, of: Partial<Claim> = {}) =>
  planClient(
    { ...claim, ...of },
    {
      observed,
      secrets: ['s1'],
      change: 'none',
      known: true,
      provider: 'App p/identity',
      enforcesGroups: true,
      ...more,
    },
  );

describe('planClient', () => {
  it.each<[string, Observation, Partial<Facts>, string[], string[]]>([
    ['nothing, where all is right', right, {}, [], []],
    ['a client, where there is none', absent, { known: false }, ['make'], ['Created']],
    ['a client again, where it is gone', absent, {}, ['make'], ['Recreated']],
    ['what drifted', { ...right, drift: ['its groups'] }, {}, ['mend'], ['Updated']],
    ['its own secret, where it has another', { ...right, secrets: 'wrong' }, {}, ['mend'], ['Healed']],
    [
      'a second secret, to rotate',
      { ...right, secrets: 'wrong' },
      { change: 'added', secrets: ['s2', 's1'] },
      ['mend'],
      ['Rotating'],
    ],
    [
      'the end of the first, when nobody runs on it',
      { ...right, secrets: 'wrong' },
      { change: 'removed' },
      ['mend'],
      ['Rotated'],
    ],
    [
      'all of it at once',
      { ...right, drift: ['its groups'], secrets: 'wrong' },
      {},
      ['mend'],
      ['Updated', 'Healed'],
    ],
  ])('plans %s', (_, observed, more, steps, told) => {
    const made = plan(observed, more);
    if ('refused' in made) throw new Error(made.refused.message);
    expect(made.steps.map((step) => step.do)).toEqual(steps);
    expect(made.happenings.map(({ reason }) => reason)).toEqual(told);
  });

  it('gives a client all secrets that it is to take', () => {
    const made = plan({ ...right, secrets: 'wrong' }, { secrets: ['s2', 's1'] });
    expect(made).toMatchObject({ steps: [{ do: 'mend', secrets: ['s2', 's1'] }] });
  });

  it('leaves alone what is somebody else’s, and says whose', () => {
    expect(plan(foreign)).toEqual({
      refused: {
        reason: 'ClientTaken',
        message: expect.stringMatching(
          /^App p\/identity has a client "home-rss-sso".*kids\/rss-sso.*left alone/,
        ),
        after: expect.any(Number),
      },
    });
  });

  it.each<[string, Partial<Facts>, Partial<Claim>, number]>([
    ['nobody is kept out', { enforcesGroups: false }, {}, 0],
    ['the provider keeps people out', {}, { groups: ['family'] }, 0],
    [
      'the gateway asks at every request',
      { enforcesGroups: false },
      { groups: ['family'], strategy: 'forward-auth' },
      0,
    ],
    ['nobody keeps out who should be', { enforcesGroups: false }, { groups: ['family'] }, 1],
  ])('says how closed it is where %s', (_, more, of, conditions) => {
    const made = plan(right, more, of);
    expect(made).toMatchObject({
      conditions: Array(conditions).fill({
        type: 'Guarded',
        status: 'False',
        reason: 'GroupsNotEnforced',
        message: expect.stringContaining('who is of family'),
      }),
    });
    expect('conditions' in made && made.conditions).toHaveLength(conditions);
  });

  it('tells nobody a secret', () => {
    for (const change of ['none', 'added', 'removed'] as const) {
      const made = plan(
        { ...right, drift: ['its groups'], secrets: 'wrong' },
        { change, secrets: ['correct horse'] },
      );
      const told = 'refused' in made ? made.refused : [made.happenings, made.conditions];
      expect(JSON.stringify(told)).not.toContain('correct horse');
    }
  });
});

describe('planRelease', () => {
  it.each<[string, Observation, object[]]>([
    ['removes what is ours', right, [{ do: 'remove' }]],
    ['removes it as it is', { ...right, drift: ['x'], secrets: 'wrong' }, [{ do: 'remove' }]],
    ['has nothing to do where nothing is', absent, []],
    ['leaves what is somebody else’s', foreign, []],
  ])('%s', (_, observed, steps) => {
    expect(planRelease(observed)).toEqual(steps);
  });
});
