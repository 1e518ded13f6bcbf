import { afterAll, beforeAll, describe, test } from 'vitest';
import { play, playUntouched } from './fault-row.ts';
import { type MachinesHome, openMachinesHome } from './machines-home.ts';
import { absentPeople, brokenFlakes, shortMachines, unknownFlakes } from './rows-of-resources.ts';
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

/** A row that is waited for longest begins first. */
const rows = [
  ...brokenSwitches,
  ...shortMachines,
  ...lostPower,
  ...absentPeople,
  ...brokenFlakes,
  ...killedAgents,
].map((row, number) => ({ ...row, machine: `row-${number}`, row }));

// In every row the machine ends reachable, on a known closure, and says what happened.
describe.concurrent('a machine that changes', () => {
  test.each(rows)('ends well when $name', { timeout: 330_000 }, ({ row, machine }) =>
    play(row, machine, home, stories),
  );
});

const untouched = unknownFlakes.map((row, number) => ({ ...row, machine: `still-${number}`, row }));

describe.concurrent('a machine whose flake can’t be had', () => {
  test.each(untouched)('stays as it is when $name', { timeout: 120_000 }, ({ row, machine }) =>
    playUntouched(row, machine, home, stories),
  );
});
