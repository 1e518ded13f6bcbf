import { expect, test } from 'vitest';
import { createLogger, safeMessage } from './log.ts';

/** What a log line holds. */
function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ destination: { write: (line: string) => void lines.push(line) } }));
  return lines.join('');
}

test('a log line is structured and keeps its context', () => {
  const line = JSON.parse(logged((log) => log.child({ controller: 'app', name: 'x' }).warn({ n: 1 }, 'hm')));
  expect(line).toMatchObject({ level: 'warn', controller: 'app', name: 'x', n: 1, msg: 'hm' });
});

test('no secret reaches a log, wherever it is put', () => {
  const text = logged((log) => {
    log.info(
      { password: 'p1', nested: { token: 'p2', deeper: { stringData: { a: 'p3' } } }, data: { b: 'p4' } },
      'x',
    );
    log.error(
      {
        error: Object.assign(new Error('to postgres://u:p5@h/d failed'), {
          headers: { authorization: 'p6' },
        }),
      },
      'y',
    );
  });
  expect(text).toContain('[redacted]');
  expect(text).not.toMatch(/p[1-6]/);
});

test('the stack of an error holds no more of its message than the message', () => {
  const error = new Error('first line\nINSERT password=p1\n  at table p2');
  const line = JSON.parse(logged((log) => log.error({ error }, 'x')));
  expect(line.error.stack).toContain('log.test.ts');
  expect(line.error.stack).not.toMatch(/p[12]/);
});

test.each([
  ['connect postgres://admin:hunter2@db:5432/x', 'connect postgres://***@db:5432/x'],
  ['bad password=hunter2, try again', 'bad password=***, try again'],
  ['Authorization: Bearer abc.def', 'Authorization: ***'],
  ['{"token":"abc"}', '{"token":***}'],
  ['to postgres://admin:hun@ter2@db:5432/x', 'to postgres://***@db:5432/x'],
  ['PGPASSWORD=hunter2 client_secret: abc', 'PGPASSWORD=*** client_secret: ***'],
  ['?access_token=abc&x=1 "clientSecret": "a b"', '?access_token=***&x=1 "clientSecret": ***'],
  ['x-api-key: abc, apiKey=def', 'x-api-key: ***, apiKey=***'],
  ['of https://host/a to b@c', 'of https://host/a to b@c'],
  ['password authentication failed for user "x"', 'password authentication failed for user "x"'],
])('a message for people says no secret: %s', (message, safe) => {
  expect(safeMessage(new Error(message))).toBe(safe);
});

test('a secret that is longer than what is looked at is not said either', () => {
  expect(safeMessage(`token="${'x'.repeat(9000)}" and more`)).toBe('token=***');
});

test('a message for people fits into a condition', () => {
  expect(safeMessage(new Error('x'.repeat(5000)))).toHaveLength(1000);
});
