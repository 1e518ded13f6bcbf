import { describe, expect, it } from 'vitest';
import { onward, safetyPath, signInPath } from './onward.ts';

const issuer = 'https://identity.hearth.test';

describe('where somebody goes on', () => {
  it.each([
    ['/devices', '/devices'],
    ['/interaction/abc?x=1', '/interaction/abc?x=1'],
    [
      '/forward-auth/start?client=a&to=https%3A%2F%2Frss.hearth.test%2F',
      '/forward-auth/start?client=a&to=https%3A%2F%2Frss.hearth.test%2F',
    ],
    ['/a/../b', '/b'],
    ['/x#fragment', '/x'],
  ])('%s', (to, path) => {
    expect(onward(to, issuer)).toBe(path);
  });

  it.each([
    ['https://evil.example/'],
    ['//evil.example/'],
    ['/\\evil.example'],
    ['/\t/evil.example'],
    ['/\n/evil.example'],
    ['\\/evil.example'],
    ['/%09/evil.example/..//evil.example'],
    ['/.//evil.example'],
    ['javascript:alert(1)'],
    ['devices'],
    [''],
    [undefined],
    [['/devices']],
  ])('is home, and not %o', (to) => {
    const path = onward(to, issuer);
    expect(new URL(path, issuer).origin).toBe(issuer);
    expect(path.startsWith('//')).toBe(false);
  });

  it('survives the way by another page', () => {
    const to = '/interaction/abc?x=1&y=2';
    for (const path of [signInPath(to), signInPath(to, { again: true }), safetyPath(to)]) {
      expect(new URL(path, issuer).searchParams.get('to')).toBe(to);
    }
  });
});
