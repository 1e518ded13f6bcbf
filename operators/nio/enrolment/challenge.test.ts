import { fakeClock } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { CHALLENGE_LIFE, createChallenges } from './challenge.ts';
import { createRates, networkOf } from './rates.ts';

const key = Buffer.alloc(32, 7);

test('a challenge is taken once, within its life, by any replica', () => {
  const clock = fakeClock();
  const [one, other] = [createChallenges(key, clock), createChallenges(key, clock)];
  const challenge = one.issue();
  expect(challenge.length).toBeLessThanOrEqual(256);
  expect([other.redeem(challenge), other.redeem(challenge)]).toEqual([true, false]);
  const late = one.issue();
  clock.advance(CHALLENGE_LIFE + 1);
  expect(one.redeem(late)).toBe(false);
});

test('one that was answered is remembered for as long as it lives, and no longer', () => {
  const clock = fakeClock();
  const challenges = createChallenges(key, clock);
  for (let minute = 0; minute < 5; minute++) {
    const challenge = challenges.issue();
    clock.advance(CHALLENGE_LIFE);
    expect([challenges.redeem(challenge), challenges.redeem(challenge)]).toEqual([true, false]);
  }
});

function withByteChanged(challenge: string, at: number): string {
  const bytes = Buffer.from(challenge, 'base64url');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

test.each([
  ['of another key', createChallenges(Buffer.alloc(32, 8), fakeClock()).issue()],
  ['cut short', createChallenges(key, fakeClock()).issue().slice(0, -4)],
  ['with its time changed', withByteChanged(createChallenges(key, fakeClock()).issue(), 5)],
  ['with its nonce changed', withByteChanged(createChallenges(key, fakeClock()).issue(), 6)],
  ['with its MAC changed', withByteChanged(createChallenges(key, fakeClock()).issue(), 22)],
  ['in another spelling', `${createChallenges(key, fakeClock()).issue()}=`],
  ['empty', ''],
])('a challenge is refused: %s', (_, challenge) => {
  expect(createChallenges(key, fakeClock()).redeem(challenge)).toBe(false);
});

test('one that comes from far ahead is refused', () => {
  const ahead = createChallenges(key, fakeClock('2027-01-01T00:00:00Z')).issue();
  expect(createChallenges(key, fakeClock('2026-01-01T00:00:00Z')).redeem(ahead)).toBe(false);
});

test('who asks too often has to wait, and nobody else', () => {
  const clock = fakeClock();
  const rates = createRates({ burst: 3, perSecond: 1 }, clock);
  expect([1, 2, 3, 4].map(() => rates.allow('a'))).toEqual([true, true, true, false]);
  expect(rates.allow('b')).toBe(true);
  clock.advance(1000);
  expect([rates.allow('a'), rates.allow('a')]).toEqual([true, false]);
});

test('strangers without number take no memory without bound', () => {
  const clock = fakeClock();
  const rates = createRates({ burst: 2, perSecond: 1 }, clock);
  const allowed = Array.from({ length: 10_000 }, (_, at) => rates.allow(`2001:db8::${at}`)).filter(Boolean);
  expect(allowed).toHaveLength(4096 + 2);
  clock.advance(2000);
  expect(rates.allow('2001:db8::ffff')).toBe(true);
});

test.each([
  ['192.168.1.20', '192.168.1.20'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8::5', '2001:db8:0:0::'],
  ['fe80::1%eth0', 'fe80:0:0:0::'],
  ['::1', '0:0:0:0::'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
