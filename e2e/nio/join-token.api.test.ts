import { generateKeyPairSync } from 'node:crypto';
import { joinToken } from '@hearth/domain';
import { Secret, systemClock, type Transport } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Enrolment, enrol } from '../../operators/nio/enrolment/enrol.ts';
import { machinesOver } from '../../operators/nio/enrolment/machines.ts';
import { createTurns } from '../../operators/nio/enrolment/turns.ts';
import { testMachine } from './machine-client.ts';
import { factsOf, openWorld, type World } from './world.ts';

const namespace = 'hearth-machines';
let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world?.close());

const machineHere = () => testMachine(world.endpoint.port);

/** The enrolment by itself, with an API that answers as it is told. */
const enrolmentOver = (request: Transport['request']): Enrolment => ({
  transport: { request },
  machines: machinesOver({ request }),
  clock: systemClock,
  pin: Buffer.from(world.endpoint.pin, 'hex'),
  newcomers: { allow: () => true },
  turns: createTurns(1),
  mostWaiting: 100,
});

async function addToken(token: string, data: Record<string, string> = {}) {
  const name = `join-${token.slice(0, 8)}`;
  await world.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { [joinToken.label]: 'true' } },
    type: joinToken.type,
    stringData: { token, ...data },
  });
}

describe('a join token', () => {
  const asAnybody = { status: 200, body: { approved: false, remark: expect.stringContaining('not known') } };

  test('does instead of a person, once, and brings consent to a disk', async () => {
    const token = 'a1b2c3d4e5f6g7h8j9k0m1n2';
    await addToken(token, { disk: 'S4EW-JOIN' });
    const machine = machineHere();
    const answer = await machine.enrol(factsOf({ hostname: 'joined' }), { joinToken: token });
    expect(answer).toMatchObject({ status: 200, body: { approved: true } });
    expect((await world.machine('joined')).spec).toMatchObject({
      approval: { publicKey: machine.publicKey },
      disk: { serial: 'S4EW-JOIN', erase: false },
    });
    // The answer was lost: the same machine asks again.
    expect(await machine.enrol(factsOf(), { joinToken: token })).toMatchObject({ body: { approved: true } });

    // Whoever shows it once more waits for a person, as if there were no token.
    const replayed = await machineHere().enrol(factsOf({ hostname: 'replayed' }), { joinToken: token });
    expect(replayed).toMatchObject({
      status: 200,
      body: { approved: false, remark: expect.stringContaining('used before') },
    });
    expect((await world.machine('replayed')).spec).not.toHaveProperty('approval');
  });

  test('lets one of several in that show it at the same time', async () => {
    const token = 'race1234race1234race1234';
    await addToken(token);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        machineHere().enrol(factsOf({ hostname: 'racer' }), { joinToken: token }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(answers.filter(({ body }) => body.approved)).toHaveLength(1);
    const approved = await Promise.all(answers.map(({ body }) => world.machine(body.machine)));
    expect(approved.filter(({ spec }) => spec.approval)).toHaveLength(1);
  });

  test.each([
    ['that has ended', 'ended123ended123ended123', { expires: '2020-01-01T00:00:00Z' }],
    ['whose end can’t be read', 'broken12broken12broken12', { expires: 'tomorrow' }],
    ['that is short enough to be guessed', 'short', {}],
  ])('%s lets nobody in, and keeps nobody from asking', async (_, token, data) => {
    await addToken(token, data);
    expect(await machineHere().enrol(factsOf(), { joinToken: token })).toMatchObject(asAnybody);
  });

  test.each([
    ['approved', 'PATCH', /machines\/cut-approved$/],
    ['spent', 'DELETE', /secrets\/join-/],
  ])('is as good as before for a machine that was cut off before it was %s', async (what, method, path) => {
    const token = `cutoff-${what}-cutoff-cutoff`;
    await addToken(token);
    const keys = generateKeyPairSync('ed25519');
    const machine = testMachine(world.endpoint.port, keys);
    const facts = factsOf({ hostname: `cut-${what}` });
    const request: Transport['request'] = (asked) =>
      asked.method === method && path.test(asked.path)
        ? Promise.reject(new Error('it was cut off'))
        : world.admin.request(asked);
    const challenge = await machine.challenge();
    const offer = { publicKey: machine.publicKey, challenge, signature: '', facts, version: '1' };
    const cut = enrol({ ...offer, mode: 'Installer', joinToken: token }, '127.0.0.1', enrolmentOver(request));
    await expect(cut).rejects.toThrow('cut off');

    expect(await machineHere().enrol(factsOf(), { joinToken: token })).toMatchObject(asAnybody);
    const again = await machine.enrol(facts, { joinToken: token });
    expect(again).toMatchObject({ status: 200, body: { machine: `cut-${what}`, approved: true } });
    await expect(world.get(Secret, `join-${token.slice(0, 8)}`)).rejects.toThrow('not found');
  });

  test('is no other Secret', async () => {
    const metadata = { name: 'not-a-token', namespace, labels: { [joinToken.label]: 'true' } };
    const token = 'opaque12opaque12opaque12';
    await world.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token } });
    expect(await machineHere().enrol(factsOf(), { joinToken: token })).toMatchObject(asAnybody);
  });
});
