import { expect, test } from 'vitest';
import { household } from './products.ts';
import { createRandom } from './random.ts';
import {
  type Action,
  afterAction,
  afterRest,
  type Fate,
  nextAction,
  untouched,
  type Wish,
} from './wishes.ts';

const wish: Wish = { size: 1, host: 0, version: undefined, gateway: 'traefik' };
const install: Action = { type: 'install', name: 'a', wish };
const retain: Action = { type: 'remove', name: 'a', deletion: 'Retain' };
const drop: Action = { type: 'remove', name: 'a', deletion: 'Delete' };
const rest = 'rest';

test.each<readonly [string, readonly (Action | typeof rest)[], Fate['data']]>([
  ['an App that was seen Ready has data', [install, rest], 'some'],
  ['of one that was not, it can’t be told once it is removed', [install, retain], 'unknown'],
  ['but not where everything of it is dropped', [install, drop], 'none'],
  ['Retain keeps what there was', [install, rest, retain], 'some'],
  ['also where it had not been taken over again', [install, rest, retain, install, retain], 'some'],
  ['Delete drops what there was', [install, rest, drop], 'none'],
  ['also where it had been retained', [install, rest, retain, install, rest, drop], 'none'],
  [
    'but whether it does before all was taken over is not told',
    [install, rest, retain, install, drop],
    'unknown',
  ],
  ['what can’t be told is known again once the App is Ready', [install, retain, install, rest], 'some'],
])('%s', (_, doings, data) => {
  const fate = doings.reduce<Fate>(
    (known, doing) => (doing === rest ? afterRest(known) : afterAction(known, doing)),
    untouched,
  );
  expect(fate.data).toBe(data);
});

test('what is installed is changed or removed, and what is not is installed', () => {
  const random = createRandom(1);
  const fates = new Map<string, Fate>();
  const types = new Set<string>();
  for (let step = 0; step < 2_000; step++) {
    const action = nextAction(household, fates, random);
    const before = fates.get(action.name) ?? untouched;
    expect(before.wish === undefined).toBe(action.type === 'install');
    fates.set(action.name, afterAction(before, action));
    types.add(action.type === 'remove' ? action.deletion : action.type);
  }
  expect([...types].toSorted()).toEqual(['Delete', 'Retain', 'change', 'install']);
  expect([...fates.keys()].toSorted()).toEqual([...household.keys()].toSorted());
});
