import type { Machine, NixOSConfiguration } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { flakeToPreview, type PreviewWish } from './preview.ts';

const [RUNS, NEXT, OTHER] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];
const HASH = `sha256-${'A'.repeat(43)}=`;
const url = 'git+https://git.example/home';

type State = NonNullable<NonNullable<NixOSConfiguration['status']>['machines']>[number]['state'];

const machine = { metadata: { name: 'kitchen' }, spec: {}, status: { state: 'Ready' } } as Machine;

const configuration = (state: State, spec: object = {}, flake: object = {}): NixOSConfiguration =>
  ({
    metadata: { name: 'home' },
    spec: { flake: { url, directory: 'machines', ...flake }, ...spec },
    status: {
      revision: NEXT,
      narHash: HASH,
      machines: [
        { name: 'attic', state: 'Done' },
        { name: 'kitchen', state },
      ],
    },
  }) as unknown as NixOSConfiguration;

const flakeOf = (wish: PreviewWish, ...configurations: readonly NixOSConfiguration[]) =>
  flakeToPreview(machine, configurations, wish);

const where = { url, directory: 'machines' };

describe('what a machine is compared with', () => {
  test.each<[string, PreviewWish, NixOSConfiguration, object | undefined]>([
    ['nothing, where it runs all that it should', {}, configuration('Done'), undefined],
    ['nothing, while it changes', {}, configuration('Applying'), undefined],
    [
      'the commit that it waits for',
      {},
      configuration('Waiting'),
      { ...where, revision: NEXT, narHash: HASH },
    ],
    [
      'that commit, on the branch that is followed',
      {},
      configuration('Waiting', { autoUpdate: { branch: 'next' } }, { ref: 'main' }),
      { ...where, ref: 'next', revision: NEXT, narHash: HASH },
    ],
    [
      'another branch, whatever is pinned',
      { ref: 'idea' },
      configuration('Done', {}, { ref: 'main', revision: RUNS, narHash: `sha256-${'B'.repeat(43)}=` }),
      { ...where, ref: 'idea' },
    ],
    [
      'another commit of its branch',
      { revision: OTHER },
      configuration('Done', {}, { ref: 'main', revision: RUNS, narHash: `sha256-${'B'.repeat(43)}=` }),
      { ...where, ref: 'main', revision: OTHER },
    ],
    [
      'another system of the commit that it runs',
      { attribute: 'attic' },
      configuration('Done', {}, { attribute: 'kitchen' }),
      { ...where, revision: NEXT, narHash: HASH, attribute: 'attic' },
    ],
    [
      'another repository',
      { flake: 'github:you/home', ref: 'idea' },
      configuration('Done', {}, { attribute: 'kitchen' }),
      { url: 'github:you/home', ref: 'idea' },
    ],
  ])('is %s', (_, wish, its, expected) => {
    expect(flakeOf(wish, its)).toEqual(expected);
  });

  test('is nothing where no configuration has it, unless somebody says what', () => {
    expect(flakeOf({})).toBeUndefined();
    expect(flakeOf({}, configuration('Conflict'))).toBeUndefined();
    const away = { ...machine, status: { ...machine.status, state: 'Lost' } } as Machine;
    expect(flakeToPreview(away, [configuration('Waiting')], {})).toBeUndefined();
    expect(() => flakeOf({ ref: 'idea' }, configuration('Conflict'))).toThrow(Failure);
    expect(flakeOf({ flake: url })).toEqual({ url });
  });
});
