import type { Outcome } from '@hearth/runtime';
import { narHash, type Scene } from './scene.ts';

/** One pass after another, in which every machine that is told something does it. */
export async function rollOut(home: Scene, names: readonly string[]): Promise<Outcome> {
  for (let round = 0; round < names.length * 2; round++) {
    await home.pass();
    for (const name of names) {
      const told = home.assignment(name)?.id;
      if (told && home.get(name).status?.agent?.apply?.id !== told)
        await home.report(name, 'Done', { narHash: narHash('A') });
    }
  }
  return home.pass();
}
