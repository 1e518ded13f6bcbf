import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventPage, type SinkEvent } from '@hearth/domain';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAuthority, issue, type KeyPair } from '../../bootstrap/local/native/pki/certificates.ts';
import { fetchTrusting } from '../../operators/event-sink/http/sign-in/trust.ts';
import type { Running } from '../../operators/event-sink/start.ts';
import { renderChart } from '../alerts/chart.ts';
import { home } from '../app/home.ts';
import { app } from '../app/objects.ts';
import { freePort } from '../harness/free-port.ts';
import { makeSinkPlace, type SinkPlace } from './sink-place.ts';

let place: SinkPlace;
let running: Running | undefined;
let port: number;
let folder: string;
let authorization: string;
/** PEM of who vouches for the sink. */
let trusted: string;
const token = randomBytes(32).toString('hex');

beforeAll(async () => {
  place = await makeSinkPlace();
  port = await freePort();
  folder = join(place.folder, 'admission');
  await mkdir(folder);
  await place.apply([home]);
  await place.run(['create', 'serviceaccount', 'reader', '-n', 'home']);
  const all = ['--clusterrole=cluster-admin', '--serviceaccount=home:reader'];
  await place.run(['create', 'clusterrolebinding', 'reader', ...all]);
  const reader = ['create', 'token', 'reader', '-n', 'home', '--audience=hearth-events'];
  authorization = `Bearer ${(await place.run(reader)).trim()}`;
  const authority = await certify();
  await restart();
  await trust(authority);
  await isHeard();
});
afterAll(async () => {
  await running?.stop();
  await place?.remove();
});

/** Puts a new certificate where the kubelet would. */
async function certify(): Promise<KeyPair> {
  const now = new Date();
  const authority = await createAuthority('Webhook', now);
  const pair = await issue(authority, { commonName: 'sink', hosts: ['127.0.0.1'], usages: ['server'] }, now);
  const files = { 'tls.crt': pair.certificate, 'tls.key': pair.key, token };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return authority;
}

const restart = async () => {
  running = await place.start(undefined, { admission: { folder, port } });
};

/** Has the API server tell the sink, as the chart has it, but at an address of this machine. */
async function trust({ certificate }: KeyPair): Promise<void> {
  trusted = certificate;
  const found = (await renderChart()).find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
  const { webhooks, ...configuration } = found as unknown as { webhooks: object[] };
  const clientConfig = {
    url: `https://127.0.0.1:${port}/admission/${token}`,
    caBundle: Buffer.from(certificate).toString('base64'),
  };
  await place.apply([{ ...configuration, webhooks: webhooks.map((one) => ({ ...one, clientConfig })) }]);
}

/** The API server takes up a configuration, or an endpoint that is back, when it likes. */
async function isHeard(): Promise<void> {
  await vi.waitFor(
    async () => {
      const name = `probe-${randomBytes(4).toString('hex')}`;
      await as('ada', ['create', '-f', '-'], app(name, 'miniflux'));
      expect((await story(name))[0]?.actor.confidence).toBe('admission');
    },
    { timeout: 60_000, interval: 500 },
  );
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** Does something as somebody who may do everything. */
const as = (user: string, args: readonly string[], object?: object) =>
  place.run([...args, `--as=${user}`, '--as-group=system:masters'], object);

/** The events of an App, as soon as there are so many. */
const story = (name: string, events = 1): Promise<readonly SinkEvent[]> =>
  vi.waitFor(
    async () => {
      const { port: answers = 0 } = (await running?.answering) ?? {};
      const answer = await fetch(`http://127.0.0.1:${answers}/-/events?after=0&limit=500`, {
        headers: { accept: 'application/json', authorization },
      });
      const page = eventPage.parse(await answer.json());
      const own = page.events.filter(({ resource }) => resource.kind === 'App' && resource.name === name);
      expect(own.length).toBeGreaterThanOrEqual(events);
      return own;
    },
    { timeout: 10_000, interval: 50 },
  );

const told = (events: readonly SinkEvent[]) =>
  events.map(({ type, actor }) => `${type} ${actor.operation ?? ''} ${actor.name} (${actor.confidence})`);

describe('each change goes by the name of who asked for it', () => {
  const rss = ['app', 'rss', '-n', 'home'];
  const patch = (user: string, body: object, ...more: string[]) =>
    as(user, ['patch', ...rss, '--type=merge', `-p=${JSON.stringify(body)}`, ...more]);

  test('made, changed, its status set, marked for deletion, and gone', async () => {
    // They all call themselves the same, so that field managers would tell nothing.
    await as('ada', ['create', '-f', '-', '--field-manager=tool'], app('rss', 'miniflux'));
    await patch('ben', { metadata: { finalizers: ['hearth.test/hold'] } }, '--field-manager=tool');
    await patch(
      'cleo',
      { status: { url: 'https://rss.test' } },
      '--subresource=status',
      '--field-manager=tool',
    );
    await patch('dan', { metadata: { annotations: { tried: 'only' } } }, '--dry-run=server');
    await as('dan', ['apply', '--server-side', '-f', '-'], {
      ...app('rss', 'miniflux'),
      metadata: { name: 'rss', namespace: 'home', labels: { by: 'dan' } },
    });
    await as('eve', ['delete', ...rss, '--wait=false']);
    // Who asks once more has nothing to do with it.
    await as('ben', ['delete', ...rss, '--wait=false']);
    await patch('ada', { metadata: { finalizers: null } });
    expect(told(await story('rss', 6))).toEqual([
      'added CREATE ada (admission)',
      'modified UPDATE ben (admission)',
      'modified UPDATE cleo (admission)',
      'modified UPDATE dan (admission)',
      'modified DELETE eve (admission)',
      'deleted DELETE eve (admission)',
    ]);
  });

  test('also where many contend for the same object', async () => {
    await as('ada', ['create', '-f', '-'], app('busy', 'miniflux'));
    const users = Array.from({ length: 6 }, (_, index) => `user-${index}`);
    await Promise.all(
      users.map((user) => as(user, ['label', 'app', 'busy', '-n', 'home', `${user}=was-here`])),
    );
    const [, ...changes] = await story('busy', users.length + 1);
    const who = ({ patch: [...operations] = [] }: SinkEvent) =>
      users.find((user) => JSON.stringify(operations).includes(user));
    expect(changes.map(who).sort()).toEqual(users);
    for (const change of changes)
      expect(told([change])).toEqual([`modified UPDATE ${who(change)} (admission)`]);
  });

  test('and a collection by the name of who had it deleted', async () => {
    for (const name of ['one', 'two']) await as('ada', ['create', '-f', '-'], labelled(name));
    await as('eve', ['delete', 'apps', '-n', 'home', '-l', 'of=the-collection']);
    for (const name of ['one', 'two'])
      expect(told(await story(name, 2))).toContain('deleted DELETE eve (admission)');
  });
});

const labelled = (name: string) => ({
  ...app(name, 'miniflux'),
  metadata: { name, namespace: 'home', labels: { of: 'the-collection' } },
});

describe('whoever is no API server', () => {
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'r1',
      operation: 'CREATE',
      userInfo: { username: 'eve' },
      object: { metadata: { uid: 'u1' } },
    },
  };
  const post = (path: string, body: unknown) =>
    fetchTrusting(trusted)(`https://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('is not heard without the secret path', async () => {
    const right = await post(`/admission/${token}`, review);
    expect(await right.json()).toMatchObject({ response: { uid: 'r1', allowed: true } });
    for (const path of ['/admission', '/admission/', '/admission/guess', `/admission/${token}/more`, '/'])
      expect((await post(path, review)).status).toBe(404);
    expect((await post(`/admission/${token}`, { kind: 'AdmissionReview' })).status).toBe(400);
  });
});

test('the webhook is one that the API server takes, as the chart has it', async () => {
  const rendered = (await renderChart()).find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
  const taken = JSON.parse(
    await place.run(['create', '-f', '-', '--dry-run=server', '-o', 'json'], {
      ...rendered,
      metadata: { name: 'as-it-is' },
    }),
  ) as { webhooks: { clientConfig: { service: { path: string } } }[] };
  expect(taken.webhooks[0]?.clientConfig.service.path).toMatch(/^\/admission\/[a-z0-9]{50}$/);
});

describe('the sink', () => {
  test('takes up another certificate as it runs', { timeout: 120_000 }, async () => {
    const before = trusted;
    await trust(await certify());
    await isHeard();
    expect(trusted).not.toBe(before);
  });

  test('holds up no write while it is away, and goes on under field managers where it has heard nothing', async () => {
    await as('ada', ['create', '-f', '-', '--field-manager=first'], app('away', 'miniflux'));
    expect(told(await story('away'))).toEqual(['added CREATE ada (admission)']);
    await stop();
    const start = performance.now();
    await as('ben', ['label', 'app', 'away', '-n', 'home', 'while=away', '--field-manager=second']);
    expect(performance.now() - start).toBeLessThan(5_000);
    await restart();
    expect(told(await story('away', 2))).toEqual([
      'added CREATE ada (admission)',
      'modified Update second (field-manager)',
    ]);
  });
});
