import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appPassword, directoryHash } from '../app-passwords/password.ts';
import { CODES, normalCode, recoveryCode, recoveryCodes } from './codes.ts';

describe('recovery codes', () => {
  it('are ten, and no two alike', () => {
    const codes = recoveryCodes(randomBytes);
    expect(new Set(codes).size).toBe(CODES);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  });

  it('are what the random bytes make of them', () => {
    expect(recoveryCode((bytes) => Buffer.alloc(bytes))).toBe('0000-0000-0000-0000');
    expect(recoveryCode((bytes) => Buffer.alloc(bytes, 31))).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ');
  });

  it.each([['7K3M-Q9TX-2B4H-W8ZC'], [' 7k3m q9tx 2b4h w8zc '], ['7K3MQ9TX2B4HW8ZC']])(
    'are known as %s',
    (typed) => {
      expect(normalCode(typed)).toBe('7K3MQ9TX2B4HW8ZC');
    },
  );

  it('are known with letters that look like digits', () => {
    expect(normalCode('OIL0-oil1')).toBe('01100111');
  });
});

describe('an app password', () => {
  it('has a hundred random bits, every letter as likely as any other', () => {
    expect(appPassword(randomBytes)).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){4}$/);
    const bytes = [255, 250, 248, 0, ...Array.from({ length: 19 }, () => 30)];
    expect(appPassword(() => Buffer.from([bytes.shift() ?? 0]))).toMatch(/^a999-9999-/);
  });

  it('is kept as slapd reads it: salted, and verifiable', () => {
    const hash = directoryHash('k7mq-w3xz', () => Buffer.from('0123456789abcdef'));
    const bytes = Buffer.from(hash.replace('{SSHA512}', ''), 'base64');
    expect(bytes.subarray(64).toString()).toBe('0123456789abcdef');
    const digest = createHash('sha512').update('k7mq-w3xz0123456789abcdef').digest();
    expect(bytes.subarray(0, 64)).toEqual(digest);
    expect(directoryHash('k7mq-w3xz', randomBytes)).not.toBe(directoryHash('k7mq-w3xz', randomBytes));
  });
});
