import { beforeEach, describe, expect, it } from 'vitest';
import { commit, narHash, type Scene, scene } from './testing/scene.ts';

const url = 'github:me/home';
const DAY = 24 * 3600_000;

let home: Scene;
beforeEach(() => {
  home = scene();
});

/** Every machine that was told something does it, and finds its own content in the commit. */
async function rollOut(finds: Readonly<Record<string, string>>) {
  for (let round = 0; round < 8; round++) {
    await home.pass();
    for (const [name, letter] of Object.entries(finds)) {
      const { id, flake } = home.assignment(name) ?? {};
      if (!id || home.get(name).status?.agent?.apply?.id === id) continue;
      const found = narHash(letter);
      const isRefused = flake?.narHash !== undefined && flake.narHash !== found;
      if (isRefused) await home.report(name, 'Failed', { narHash: found, fault: 'Flake' });
      else await home.report(name, 'Done', { narHash: found });
    }
  }
  return home.pass();
}

describe('two machines that find different things in a commit', () => {
  beforeEach(async () => {
    for (const name of ['attic', 'cellar', 'den']) await home.machine(name);
    await home.configure();
    expect(await rollOut({ attic: 'A', cellar: 'B' })).toMatchObject({ reason: 'ContentDiffers' });
  });

  it('stop all others, until somebody says which is right', async () => {
    home.context.clock.advance(3 * DAY);
    await home.pass();
    expect(home.assignment('den')).toBeUndefined();

    await home.configure({ flake: { url, ref: 'main', narHash: narHash('B') } });
    expect(await rollOut({ attic: 'A', cellar: 'B', den: 'B' })).toMatchObject({
      type: 'stalled',
      reason: 'ContentDiffers',
      message: expect.stringContaining(`It got ${narHash('A')} of this commit instead of ${narHash('B')}.`),
    });
    expect(home.states()).toEqual(['attic Failed', 'cellar Done', 'den Done']);
    expect(home.assignment('attic')?.flake?.narHash).toBe(narHash('B'));
  });

  it('are not asked again by themselves, but where a person says so', async () => {
    await home.configure({ flake: { url, ref: 'main', narHash: narHash('B') } });
    await rollOut({ attic: 'A', cellar: 'B', den: 'B' });
    const { id } = home.assignment('attic') ?? {};
    home.context.clock.advance(3 * DAY);
    await home.pass();
    expect(home.assignment('attic')?.id).toBe(id);
    await home.configure({ flake: { url, ref: 'main', narHash: narHash('B') }, rollout: { attempt: 1 } });
    expect(await rollOut({ attic: 'B', cellar: 'B', den: 'B' })).toMatchObject({ type: 'ready' });
  });

  it('are told of a remedy that the schema allows', async () => {
    await home.configure({ autoUpdate: { every: '1h' } });
    expect((await home.pass()).message).toContain('set spec.flake.revision and spec.flake.narHash');
  });
});

it('is one machine’s fault where all others agree, though it was asked first', async () => {
  for (const name of ['attic', 'cellar', 'den', 'shed']) await home.machine(name);
  await home.configure({ rollout: { canary: 0, maxUnavailable: 3 } });
  const outcome = await rollOut({ attic: 'A', cellar: 'B', den: 'B', shed: 'B' });
  expect(outcome).toMatchObject({ type: 'stalled', reason: 'ContentDiffers' });
  expect(home.states()).toEqual(['attic Failed', 'cellar Done', 'den Done', 'shed Done']);
  expect(home.status()).toMatchObject({ revision: commit('a'), narHash: narHash('B') });
});
