import { afterAll, beforeAll, describe, test } from 'vitest';
import { play } from './fault-row.ts';
import { type MachinesHome, openMachinesHome } from './machines-home.ts';
import { brokenSwitches, killedAgents, lostPower } from './rows-of-switching.ts';
import { listen, type Stories } from './story.ts';

let home: MachinesHome;
let stories: Stories;

beforeAll(async () => {
  home = await openMachinesHome();
  stories = listen(home.client);
});

afterAll(async () => {
  await stories.end();
  await home.close();
});

// In every row the machine ends reachable, on a known closure, and says what happened.
describe.concurrent('a machine that changes', () => {
  const rows = [...brokenSwitches, ...lostPower, ...killedAgents].map((row, number) => ({ ...row, number }));
  test.each(rows)('ends well when $name', { timeout: 300_000 }, (row) =>
    play(row, `row-${row.number}`, home, stories),
  );
});
