import { expect, test } from 'vitest';
import { destination } from './destination.ts';

test.each([
  ['root@192.168.1.20', { user: 'root', host: '192.168.1.20' }],
  ['root@rescue.lan', { user: 'root', host: 'rescue.lan' }],
  ['root@fd00::1', { user: 'root', host: 'fd00::1' }],
])('%s is a place to log in', (text, expected) => {
  expect(destination(text, 22)).toEqual({ ...expected, port: 22 });
});

test.each([
  'rescue',
  'root@',
  '@rescue',
  '-oProxyCommand=sh@rescue',
  'root@-oProxyCommand=sh',
  'root@rescue;reboot',
  'root@$(reboot)',
  'root@rescue reboot',
  'root@rescue\nreboot',
  'root@re/scue',
])('%j is none', (text) => {
  expect(() => destination(text, 22)).toThrow('is not USER@HOST');
});
