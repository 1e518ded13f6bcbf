import { beforeEach, describe, expect, it } from 'vitest';
import { rollOut } from './testing/roll-out.ts';
import { built, commit, golden, type Scene, scene } from './testing/scene.ts';

const MINUTE = 60_000;

let home: Scene;
beforeEach(() => {
  home = scene();
});

describe('a configuration that is deleted', () => {
  beforeEach(async () => {
    await home.machine('attic');
    await home.machine('cellar');
    await home.configure();
    await rollOut(home, ['attic', 'cellar']);
  });

  it('waits until its machines run what they were installed with, by the path', async () => {
    expect(await home.finalize()).toMatchObject({ type: 'waiting', reason: 'Reverting' });
    // No more at the same time than in a rollout.
    expect([home.assignment('attic')?.action, home.assignment('cellar')?.action]).toEqual([
      'Golden',
      'Apply',
    ]);
    await home.report('attic', 'Done');
    await home.change('attic', { status: { agent: { system: { running: built } } } });
    expect(await home.finalize()).toMatchObject({
      message: expect.stringContaining(`It says that it went back, and runs ${built} instead of ${golden}.`),
    });
    await home.change('attic', { status: { agent: { system: { running: golden } } } });
    await home.finalize();
    await home.report('cellar', 'Done');
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
    expect(home.assignment('cellar')).toMatchObject({ action: 'Golden' });
    expect(home.assignment('cellar')).not.toHaveProperty('configuration');
  });

  it('does not take a machine for golden that is in the midst of leaving it', async () => {
    await home.configure({ flake: { url: 'github:me/home', revision: commit('b') } });
    await home.pass();
    await home.report('attic', 'Fetching');
    await home.change('attic', { status: { agent: { system: { running: golden } } } });
    await home.finalize();
    expect(home.assignment('attic')).toMatchObject({ action: 'Golden' });
    expect(await home.finalize()).toMatchObject({ type: 'waiting' });
  });

  it('waits for one that is lost, says so, and does not keep the others', async () => {
    await home.change('attic', { status: { state: 'Lost' } });
    await home.finalize();
    expect([home.assignment('attic')?.action, home.assignment('cellar')?.action]).toEqual([
      'Golden',
      'Golden',
    ]);
    await home.report('cellar', 'Done');
    expect(await home.finalize()).toMatchObject({
      type: 'waiting',
      message: expect.stringContaining('set spec.forget: true on the Machine'),
    });
    await home.change('attic', { spec: { forget: true } });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
  });

  it('lets a machine go that is deleted itself', async () => {
    await home.finalize();
    for (const name of ['attic', 'cellar'])
      await home.change(name, { metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' } });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
  });

  it('leaves nothing to do to a machine that is in the installer now', async () => {
    for (const name of ['attic', 'cellar'])
      await home.change(name, { status: { agent: { mode: 'Installer', system: null } } });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
    expect(home.assignment('attic')).toMatchObject({ action: 'Golden' });
    expect(home.assignment('attic')).not.toHaveProperty('configuration');
    expect(home.assignment('attic')).not.toHaveProperty('flake');
  });

  it('says of a long failure as much as a status holds', async () => {
    await home.finalize();
    await home.report('attic', 'Failed', { fault: 'Machine', message: 'x'.repeat(1024) });
    const { machines = [] } = (await home.finalize()).status as ReturnType<Scene['status']>;
    expect(machines.map(({ message = '' }) => message.length)).toEqual([200, expect.any(Number)]);
  });

  it('leaves the machines as they are where it is told so', async () => {
    await home.configure({ onRemove: 'Keep' });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
    expect([home.assignment('attic'), home.assignment('cellar')]).toEqual([undefined, undefined]);
    expect(home.get('attic').status?.agent?.system?.running).toBe(built);
  });

  it('tries again where a machine could not go back', async () => {
    await home.finalize();
    await home.report('attic', 'Failed', { fault: 'Machine', message: 'The lock is held.' });
    expect(await home.finalize()).toMatchObject({
      message: expect.stringContaining('It could not go back, and tries again: The lock is held.'),
    });
    await home.report('cellar', 'Done');
    home.context.clock.advance(MINUTE);
    await home.finalize();
    expect(home.assignment('attic')).toMatchObject({
      action: 'Golden',
      id: expect.stringMatching(/\.0\.1$/),
    });
  });
});
