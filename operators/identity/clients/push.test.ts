import { describe, expect, it } from 'vitest';
import { hasSecret, needsPkce } from '../oidc/clients.ts';
import { aClientRequest, SECRET } from '../testing/home.ts';
import { aClient } from '../testing/records.ts';
import { planClient, reportOf } from './push.ts';

const put = aClientRequest();
const known = planClient(undefined, put);
if (known === undefined || 'foreign' in known) throw new Error('a new client is made');

describe('a client that is put', () => {
  it('is made, with digests for secrets', () => {
    expect(JSON.stringify(known)).not.toContain(SECRET);
    expect(known).toMatchObject({
      id: 'home-rss',
      secrets: [{ id: 'one', digest: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
  });

  it('is not written again where it is so', () => {
    expect(planClient(known, put)).toBeUndefined();
    expect(planClient(known, aClientRequest({ groups: ['family'] }))).toMatchObject({ groups: ['family'] });
    expect(planClient(known, aClientRequest({ secrets: [] }))).toMatchObject({ secrets: [] });
  });

  it.each([['home'], ['namespace'], ['name']] as const)('is left alone where another %s has it', (field) => {
    const mark = { ...put.mark, [field]: 'other' };
    expect(planClient(known, aClientRequest({ mark }))).toEqual({ foreign: put.mark });
  });

  it('is told by the first 16 digits of each secret’s digest', () => {
    const [secret] = known.secrets;
    expect(reportOf(known).secrets).toEqual([{ id: 'one', fingerprint: secret?.digest.slice(0, 16) }]);
  });
});

describe('a secret', () => {
  const renewed = planClient(
    known,
    aClientRequest({ secrets: [...put.secrets, { id: 'two', value: `${SECRET}!` }] }),
  );

  it.each([
    ['the one', SECRET, true],
    ['the other', `${SECRET}!`, true],
    ['neither', 'guess', false],
    ['nothing', '', false],
  ])('is taken where it is %s', (_which, secret, taken) => {
    if (renewed === undefined || 'foreign' in renewed) throw new Error('the client is changed');
    expect(hasSecret(renewed, secret)).toBe(taken);
  });

  it('is never taken of a client that has none, or is none', () => {
    expect(hasSecret(aClient({ secrets: [] }), '')).toBe(false);
    expect(hasSecret(undefined, SECRET)).toBe(false);
  });
});

describe('PKCE', () => {
  it('is needed by all but those whose definition says otherwise', () => {
    expect(needsPkce(undefined)).toBe(true);
    expect(needsPkce(aClient())).toBe(true);
    expect(needsPkce(aClient({ pkce: 'required' }))).toBe(true);
    expect(needsPkce(aClient({ pkce: 'optional' }))).toBe(false);
  });
});
