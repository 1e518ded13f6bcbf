import { Route } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { guardOf, holderOf, hostRefusal, nameOf, nextTry, planLeaf } from './plan.ts';

const home = { domain: 'hearth.home.arpa', httpsPort: 443 };
const second = 1_000;
const day = 86_400_000;
const now = new Date('2030-06-01T12:00:00Z');
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

const route = (uid: string, creationTimestamp: string, more: Partial<Route['metadata']> = {}): Route => ({
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace: 'home', name: uid, uid, creationTimestamp, ...more },
  spec: {
    providerRef: { namespace: 'home', name: 'traefik' },
    host: 'rss',
    service: 'rss',
    port: 80,
    exposure: 'lan',
  },
});

describe('the name of a route', () => {
  test.each([
    ['rss', home, { host: 'rss.hearth.home.arpa', url: 'https://rss.hearth.home.arpa' }],
    ['a.b', home, { host: 'a.b.hearth.home.arpa', url: 'https://a.b.hearth.home.arpa' }],
    [
      'rss',
      { ...home, httpsPort: 8443 },
      { host: 'rss.hearth.home.arpa', url: 'https://rss.hearth.home.arpa:8443' },
    ],
    ['hearth', home, { host: 'hearth.hearth.home.arpa', url: 'https://hearth.hearth.home.arpa' }],
    ['nothearth.home.arpa', home, { host: 'nothearth.home.arpa.hearth.home.arpa' }],
    ['@', { ...home, httpsPort: 8443 }, { host: 'hearth.home.arpa', url: 'https://hearth.home.arpa:8443' }],
  ])('of host %s stands under the domain', (host, at, name) => {
    expect(nameOf(host, at)).toMatchObject(name);
  });

  test.each([
    ['the domain itself', 'hearth.home.arpa', 'HostNotRelative'],
    ['a full name', 'rss.hearth.home.arpa', 'HostNotRelative'],
    ['a label of more than 63 characters', 'a'.repeat(64), 'HostTooLong'],
    ['a name that the domain makes too long', `${'a.'.repeat(118)}aa`, 'HostTooLong'],
  ])('is refused for %s', (_, host, reason) => {
    expect(nameOf(host, home)).toMatchObject({ reason });
  });
});

describe('the holder of a host', () => {
  const everyone = () => true;
  const host = 'rss.hearth.home.arpa';
  const [old, young] = [route('a', '2030-01-01T00:00:00Z'), route('b', '2030-01-02T00:00:00Z')];
  const holding = (one: Route, at = host): Route => ({ ...one, status: { observedGeneration: 1, host: at } });

  test.each([
    ['the oldest', [young, old], everyone, old],
    [
      'of two of one second, the one with the lower uid',
      [route('z', '2030-01-01T00:00:00Z'), old],
      everyone,
      old,
    ],
    ['of those that may, the oldest', [old, young], (one: Route) => one !== old, young],
    ['whoever has it, when an older one comes to it', [old, holding(young)], everyone, holding(young)],
    [
      'whoever has it, when an older one comes from a host of its own',
      [holding(old, 'news.hearth.home.arpa'), holding(young)],
      everyone,
      holding(young),
    ],
    ['the oldest of several that have it', [holding(young), holding(old)], everyone, holding(old)],
    ['nobody who has it and may not', [old, holding(young)], (one: Route) => one === old, old],
    ['nobody, where nobody may', [old, young], () => false, undefined],
    [
      'the oldest, also while it is being deleted',
      [route('0', '2029-01-01T00:00:00Z', { deletionTimestamp: '2030-01-03T00:00:00Z' }), old],
      everyone,
      expect.objectContaining({ metadata: expect.objectContaining({ uid: '0' }) }),
    ],
  ])('is %s', (_, rivals, mayHold, holder) => {
    expect(holderOf(rivals, host, mayHold)).toEqual(holder);
  });

  test('is told to the others by name', () => {
    expect(hostRefusal(old, old, 'rss.hearth.home.arpa')).toBeUndefined();
    expect(hostRefusal(young, old, 'rss.hearth.home.arpa')).toEqual({
      reason: 'HostTaken',
      message:
        'host rss.hearth.home.arpa belongs to Route home/a, which had it first: choose another host, or delete that Route.',
    });
    expect(hostRefusal(old, undefined, 'auth.hearth.home.arpa')).toMatchObject({ reason: 'HostReserved' });
  });
});

const wishOf = (exposure: 'lan' | 'private' | 'public', groups?: readonly string[]) => ({
  exposure,
  ...(groups ? { access: { groups } } : {}),
});

describe('what the gateway guards', () => {
  test.each([
    ['lan', undefined, true, []],
    ['public', undefined, false, []],
    ['private', undefined, true, ['SignOnMissing']],
    ['lan', { groups: [] }, true, []],
    ['lan', { groups: ['family'] }, true, ['SignOnMissing']],
    ['public', { groups: ['family'] }, false, ['SignOnMissing']],
    ['private', { groups: ['family'] }, true, ['SignOnMissing']],
  ] as const)('of a %s route with access %j', (exposure, access, homeNetworkOnly, reasons) => {
    const guard = guardOf(wishOf(exposure, access?.groups), undefined);
    expect(guard.homeNetworkOnly).toBe(homeNetworkOnly);
    expect(guard.conditions.map(({ reason }) => reason)).toEqual(reasons);
  });

  const awaits = 'SSOClient rss-sso is not ready: identity is starting.';
  test.each([
    ['lan', [], [], undefined, true, []],
    ['private', [], [], undefined, false, []],
    ['public', ['family'], ['family'], undefined, false, []],
    ['private', ['family', 'guests'], ['family'], undefined, false, []],
    ['private', ['family'], ['family', 'guests'], undefined, false, ['GroupsDiffer']],
    ['lan', ['family'], [], undefined, true, ['GroupsDiffer']],
    ['private', ['family'], ['family'], awaits, true, ['SignOnNotReady']],
    ['public', [], [], awaits, false, ['SignOnNotReady']],
  ] as const)('of a %s route for %j whose SSOClient lets in %j and waits for %s', (...row) => {
    const [exposure, wanted, groups, waitsFor, homeNetworkOnly, reasons] = row;
    const signOn = { client: 'rss-sso', by: 'gateway', groups, awaits: waitsFor } as const;
    const guard = guardOf(wishOf(exposure, wanted), signOn);
    expect(guard.homeNetworkOnly).toBe(homeNetworkOnly);
    expect(guard.conditions.map(({ reason }) => reason)).toEqual(reasons);
  });

  test('says who else is let in, and how to mend it', () => {
    const signOn = { client: 'rss-sso', by: 'app', groups: [] } as const;
    expect(guardOf(wishOf('lan', ['family']), signOn).conditions[0]?.message).toBe(
      'SSOClient rss-sso lets in everyone in the home, and not only family: set its access.groups.',
    );
  });
});

describe('a leaf', () => {
  const host = 'rss.hearth.home.arpa';
  const good = { hosts: [host], fromAuthority: true, made: later(-30 * day), ends: later(60 * day) };
  const authorityEnds = later(1000 * day);
  const because = expect.any(String);

  test.each([
    ['is kept until two thirds of its life', good, { do: 'keep', renewIn: 30 * day }],
    [
      'is kept to the last moment',
      { ...good, made: later(-60 * day + 1), ends: later(30 * day + 1) },
      { do: 'keep' },
    ],
    ['is renewed then', { ...good, made: later(-60 * day), ends: later(30 * day) }, { do: 'issue', because }],
    [
      'is renewed when it has ended',
      { ...good, made: later(-91 * day), ends: later(-day) },
      { do: 'issue', because },
    ],
    ['is issued where there is none', undefined, { do: 'issue', because }],
    [
      'is issued anew for another host',
      { ...good, hosts: ['tv.hearth.home.arpa'] },
      { do: 'issue', because },
    ],
    [
      'is issued anew where it is for more hosts',
      { ...good, hosts: [host, 'bank'] },
      { do: 'issue', because },
    ],
    ['is issued anew under another authority', { ...good, fromAuthority: false }, { do: 'issue', because }],
    ['is issued anew after the clock was ahead', { ...good, made: later(1) }, { do: 'issue', because }],
  ])('%s', (_, leaf, plan) => {
    expect(planLeaf(leaf, host, authorityEnds, now)).toMatchObject(plan);
  });

  test('is not renewed over and over in the last days of its authority', () => {
    const last = { ...good, made: later(-89 * day), ends: later(day) };
    expect(planLeaf(last, host, last.ends, now)).toEqual({ do: 'keep', renewIn: undefined });
  });
});

describe('the next try of a route', () => {
  const since = (milliseconds: number, status = 'False') => ({
    status,
    lastTransitionTime: later(-milliseconds).toISOString(),
  });

  test.each([
    ['that answers', 'True', since(day), 600 * second],
    ['that waits for a pod', 'Unknown', since(day), 600 * second],
    ['that never answered', 'False', undefined, 750],
    ['that just stopped', 'False', since(day, 'True'), 750],
    ['whose pod just came', 'False', since(day, 'Unknown'), 750],
    ['that stopped a moment ago', 'False', since(29 * second), 750],
    ['that has not answered for 40 s', 'False', since(40 * second), 10 * second],
    ['that has not answered for a day', 'False', since(day), 300 * second],
    ['whose last failure lies in the future', 'False', since(-day), 750],
  ] as const)('%s', (_, reachable, previous, milliseconds) => {
    expect(nextTry(reachable, previous, now)).toBe(milliseconds);
  });
});
