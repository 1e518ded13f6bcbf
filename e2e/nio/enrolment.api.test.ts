import { generateKeyPairSync } from 'node:crypto';
import { enrolmentPaths, type Machine } from '@hearth/domain';
import { ApiError, Secret, ServiceAccount } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { apiOf, ask, testMachine } from './machine-client.ts';
import { factsOf, openWorld, type World } from './world.ts';

const namespace = 'hearth-machines';
let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world?.close());

const machineHere = () => testMachine(world.endpoint.port);

/** Approves as kiko does, once the codes are the same. */
const approve = (name: string, publicKey: string) => world.patch(name, { spec: { approval: { publicKey } } });

async function admitted(facts = factsOf()) {
  const machine = machineHere();
  const { body } = await machine.enrol(facts);
  await approve(body.machine, machine.publicKey);
  await eventually(async () => expect((await machine.admission()).status).toBe(200));
  return { machine, name: body.machine };
}

describe('a machine that is new', () => {
  test('shows the code that its Machine has, waits for approval, and is let in by it', async () => {
    const machine = machineHere();
    const facts = factsOf({ hostname: 'Living_Room.home' });
    const { status, body } = await machine.enrol(facts);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { machine: 'living-room', approved: false, namespace },
    });
    expect(body.pairingCode).toBe(await machine.code());

    await eventually(async () => {
      const { status: said } = await world.machine('living-room');
      expect(said).toMatchObject({
        state: 'Discovered',
        publicKey: machine.publicKey,
        pairingCode: body.pairingCode,
        address: '127.0.0.1',
        agent: { mode: 'Installer', version: '0.1.0', facts },
      });
      expect(said?.conditions?.[0]?.message).toContain(`Its pairing code is ${body.pairingCode}.`);
    });
    expect(await machine.admission()).toMatchObject({ status: 202, body: { approved: false } });
    await expect(world.get(ServiceAccount, 'machine-living-room')).rejects.toThrow(ApiError);

    await approve('living-room', machine.publicKey);
    await eventually(async () => expect((await machine.admission()).status).toBe(200));
    const { body: admission } = await machine.admission();
    const api = apiOf(admission);
    const path = `/apis/nio.hearth.dev/v1alpha1/namespaces/${namespace}/machines/living-room`;
    await eventually(async () =>
      expect(await api.request({ method: 'GET', path })).toMatchObject({ metadata: { name: 'living-room' } }),
    );
    const hours = (Date.parse(admission.expires) - Date.now()) / 3600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    await api.close();
  });

  test('may say it again, and by another replica, and is the same', async () => {
    const keys = generateKeyPairSync('ed25519');
    const another = await world.anotherEndpoint();
    const facts = factsOf({ hostname: 'again' });
    const [one, other] = [testMachine(world.endpoint.port, keys), testMachine(another.port, keys)];
    const answers = await Promise.all([one.enrol(facts), other.enrol(facts)]);
    expect(answers.map(({ body }) => body.machine)).toEqual(['again', 'again']);
    expect(answers[0]?.body.pairingCode).toBe(answers[1]?.body.pairingCode);
    expect(another.pin).toBe(world.endpoint.pin);
  });

  test('is called otherwise where its name is taken, or says nothing', async () => {
    await machineHere().enrol(factsOf({ hostname: 'twin' }));
    expect((await machineHere().enrol(factsOf({ hostname: 'twin' }))).body.machine).toMatch(
      /^twin-[0-9a-f]{4}$/,
    );
    expect((await machineHere().enrol(factsOf({ hostname: 'nixos' }))).body.machine).toMatch(
      /^machine-[0-9a-f]{4}$/,
    );
  });
});

describe('who somebody is, their key says', () => {
  test('a stranger with the machine-id and the network card of another is another Machine', async () => {
    const facts = factsOf({ hostname: 'victim' });
    const { machine, name } = await admitted(facts);
    const stranger = machineHere();
    const { body } = await stranger.enrol(facts);
    expect(body.machine).toMatch(/^victim-[0-9a-f]{4}$/);
    expect(await stranger.admission()).toMatchObject({ status: 202 });
    await eventually(async () => {
      const { status } = await world.machine(body.machine);
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({
          type: 'Duplicate',
          message: expect.stringContaining('Machine victim has the same'),
        }),
      );
    });
    const { status } = await world.machine(name);
    expect(status?.conditions?.map(({ type }) => type)).not.toContain('Duplicate');
    expect(status?.publicKey).toBe(machine.publicKey);
  });

  test('an approved machine that was off for long is let in again, whatever else it says', async () => {
    const { machine, name } = await admitted();
    expect((await machine.enrol(factsOf({ hostname: 'other' }))).body.machine).toBe(name);
    expect(await machine.admission()).toMatchObject({ status: 200, body: { machine: name } });
  });

  test('a machine without its label is found by what it proved, and labelled again', async () => {
    const { machine, name } = await admitted(factsOf({ hostname: 'unlabelled' }));
    const { labels } = (await world.machine(name)).metadata;
    await world.patch(name, { metadata: { labels: { 'nio.hearth.dev/key': null } } });
    expect(await machine.admission()).toMatchObject({ status: 404 });
    // That has its agent enrol.
    expect((await machine.enrol(factsOf({ hostname: 'unlabelled' }))).body).toMatchObject({
      machine: name,
      approved: true,
    });
    expect((await world.machine(name)).metadata.labels).toEqual(labels);
    expect(await machine.admission()).toMatchObject({ status: 200, body: { machine: name } });
  });

  test('an approval of another key lets nobody in', async () => {
    const machine = machineHere();
    const { body } = await machine.enrol(factsOf({ hostname: 'mistaken' }));
    await approve(body.machine, machineHere().publicKey);
    await eventually(async () => {
      expect((await world.machine(body.machine)).status?.conditions?.[0]).toMatchObject({
        reason: 'WrongKey',
      });
    });
    expect(await machine.admission()).toMatchObject({ status: 202 });
  });

  test('a machine that was deleted is out, with the token that it has', async () => {
    const { machine, name } = await admitted(factsOf({ hostname: 'sold' }));
    const api = apiOf((await machine.admission()).body);
    const own = {
      method: 'GET',
      path: `/apis/nio.hearth.dev/v1alpha1/namespaces/${namespace}/machines/${name}`,
    } as const;
    await api.request(own);
    await world.admin.request({ ...own, method: 'DELETE' });
    await eventually(() => expect(api.request(own)).rejects.toThrow(/Unauthorized/));
    await expect(world.get(Secret, `machine-${name}-files`)).rejects.toThrow('not found');
    expect(await machine.admission()).toMatchObject({ status: 404 });
    await api.close();
  });

  test('a machine that is given up is out too, and stays so', async () => {
    const { machine, name } = await admitted(factsOf({ hostname: 'dead' }));
    const api = apiOf((await machine.admission()).body);
    await world.patch(name, { spec: { forget: true } });
    await eventually(() =>
      expect(api.request({ method: 'GET', path: '/api/v1/namespaces/default' })).rejects.toThrow(
        /Unauthorized/,
      ),
    );
    expect(await machine.admission()).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('given up') },
    });
    await api.close();
  });
});

describe('a request that proves nothing', () => {
  const offerOf = () => ({ facts: factsOf(), mode: 'Installer', version: '0.1.0' });
  const path = enrolmentPaths.enrol;

  test.each<[string, number, (honest: Record<string, unknown>) => object]>([
    ['by the key of another', 401, (honest) => ({ ...honest, publicKey: machineHere().publicKey })],
    ['with a signature of zeros', 401, (honest) => ({ ...honest, signature: `${'A'.repeat(86)}==` })],
    ['changed after it was signed', 401, (honest) => ({ ...honest, mode: 'System' })],
    ['without a signature', 400, ({ signature: _, ...honest }) => honest],
    ['with facts that are none', 400, (honest) => ({ ...honest, facts: { machineId: '../../etc' } })],
  ])('is refused: %s', async (_, status, spoil) => {
    const machine = machineHere();
    const answer = await machine.post<object>(path, spoil(await machine.signed(path, offerOf())));
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(/\S/) } });
  });

  test('is refused where it was answered before, was made up, or is for another path', async () => {
    const machine = machineHere();
    const body = await machine.signed(enrolmentPaths.admission, {});
    expect(await machine.post(enrolmentPaths.admission, body)).toMatchObject({ status: 404 });
    expect(await machine.post(enrolmentPaths.admission, body)).toMatchObject({ status: 401 });
    const invented = await machine.signed(
      enrolmentPaths.admission,
      {},
      Buffer.alloc(54, 1).toString('base64url'),
    );
    expect(await machine.post(enrolmentPaths.admission, invented)).toMatchObject({ status: 401 });
    const elsewhere = await machine.signed(path, {});
    expect(await machine.post(enrolmentPaths.admission, elsewhere)).toMatchObject({ status: 401 });
  });

  test('is refused where it was made for somebody in between, who passes it on', async () => {
    const machine = machineHere();
    for (const [at, content] of [
      [path, offerOf()],
      [enrolmentPaths.admission, {}],
    ] as const) {
      const passedOn = await machine.signed(at, content, undefined, Buffer.alloc(32, 7));
      expect(await machine.post(at, passedOn)).toMatchObject({ status: 401 });
    }
  });

  test('is refused where it is no request at all', async () => {
    const { port } = world.endpoint;
    expect(await ask(port, '/')).toMatchObject({ status: 404 });
    expect(await ask(port, path)).toMatchObject({ status: 405 });
    expect(await ask(port, path, 'not JSON')).toMatchObject({ status: 400 });
    expect(await ask(port, path, JSON.stringify('x'.repeat(200_000)))).toMatchObject({ status: 413 });
  });
});

test('whoever is in the network can’t fill the home with machines', async () => {
  const { items } = await world.admin.request<{ items: Machine[] }>({
    method: 'GET',
    path: `/apis/nio.hearth.dev/v1alpha1/namespaces/${namespace}/machines`,
  });
  const waiting = items.filter(({ spec }) => !spec.approval).length;
  for (let made = waiting; made < 100; made++) await machineHere().enrol(factsOf());
  expect(await machineHere().enrol(factsOf())).toMatchObject({
    status: 503,
    body: { message: expect.stringContaining('100 machines wait for approval') },
  });
});
