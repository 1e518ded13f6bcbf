import { expect, test } from 'vitest';
import { change, cursorAt } from '../log/testing/change.ts';
import { record } from '../log/testing/logs.ts';
import { BASE, testSink } from './testing/sink.ts';

/** A sink with an event about an App, and one that only an administrator may see. */
async function twoEvents() {
  const { server, log } = testSink();
  await record(log, 'a');
  await log.append([change({ name: 'x', version: 1, kind: 'User' })], cursorAt(1));
  return (seq: string, accept = 'application/json', name = 'ada') =>
    server.inject({ url: `/-/events/${seq}`, headers: { authorization: `Bearer ${name}`, accept } });
}

test('an event is at its IRI, as JSON and as statements', async () => {
  const get = await twoEvents();
  expect((await get('1')).json()).toMatchObject({ seq: 1, resource: { name: 'a' } });
  expect((await get('1', 'application/n-triples')).body).toContain(
    `<${BASE}-/events/1> <http://www.w3.org/ns/prov#generated> <${BASE}home/apps.apps.hearth.dev/a> .`,
  );
});

test('for people it is the first on a page', async () => {
  const { statusCode, headers } = await (await twoEvents())('1', 'text/html');
  expect([statusCode, headers.location]).toEqual([303, '/-/events?before=2']);
});

test.each(['2', '3', '0', '01', 'x'])('%s is none that ada may see', async (seq) => {
  const get = await twoEvents();
  for (const accept of ['application/json', 'text/turtle', 'text/html'])
    expect([accept, (await get(seq, accept)).statusCode]).toEqual([accept, 404]);
});

test('who may see all sees each', async () => {
  expect((await (await twoEvents())('2', undefined, 'admin')).statusCode).toBe(200);
});
