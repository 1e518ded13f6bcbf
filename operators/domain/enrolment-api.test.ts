import { expect, test } from 'vitest';
import { joinTokenText, parseJoinToken } from './enrolment-api.ts';

const nioKey = `${'A'.repeat(43)}=`;

test('a join token is given along with the key of the NIO that takes it', () => {
  expect(parseJoinToken(joinTokenText('token', nioKey))).toEqual({ token: 'token', nioKey });
});

test.each(['token', 'to@ken', `@${nioKey}`, `token@${nioKey.slice(1)}`, ''])('“%s” names no key', (text) => {
  expect(parseJoinToken(text)).toEqual({ token: text });
});
