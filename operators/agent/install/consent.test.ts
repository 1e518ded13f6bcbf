import { describe, expect, test } from 'vitest';
import type { DiskDevice } from '../system/system.ts';
import type { OwnMachine } from '../watch/own-machine.ts';
import { chooseTarget } from './consent.ts';
import { markOf } from './installer.ts';

const GIB = 2 ** 30;
const disk: DiskDevice = {
  device: '/dev/vda',
  serial: 'GOOD-1',
  bytes: 100 * GIB,
  empty: true,
  inUse: false,
};
const layout = { serial: 'GOOD-1', device: '/dev/vda', boot: GIB, system: 20 * GIB, pool: 78 * GIB };

const machine = (change: {
  readonly disk?: { readonly serial: string; readonly erase: boolean } | undefined;
  readonly layout?: typeof layout | undefined;
  readonly action?: 'Install' | 'Apply' | 'Golden';
}): OwnMachine => ({
  metadata: { name: 'alpha', uid: 'uid', resourceVersion: '1' },
  spec: {
    forget: false,
    target: 'Configuration',
    assignment: {
      id: 'one',
      action: change.action ?? 'Install',
      confirmWindow: '10m',
      drift: 'Correct',
      reboot: 'WhenNeeded',
      credentials: false,
    },
    ...('disk' in change
      ? change.disk
        ? { disk: change.disk }
        : {}
      : { disk: { serial: 'GOOD-1', erase: false } }),
  },
  status: { layout: 'layout' in change ? change.layout : layout, agent: undefined },
});

const choose = (
  own: OwnMachine,
  disks: readonly DiskDevice[],
  marks: Readonly<Record<string, string>> = {},
) => chooseTarget(own, disks, (device) => marks[device], markOf(own));

describe('the disk that may be erased', () => {
  test('is the one that is named', () => {
    const other = { ...disk, device: '/dev/vdb', serial: 'OTHER' };
    expect(choose(machine({}), [other, disk])).toMatchObject({ disk: { device: '/dev/vda' }, begun: false });
  });

  test('may have got another name since', () => {
    expect(choose(machine({}), [{ ...disk, device: '/dev/sdc' }])).toMatchObject({
      disk: { device: '/dev/sdc' },
    });
  });

  test('may have something on it where that is said', () => {
    const own = machine({ disk: { serial: 'GOOD-1', erase: true } });
    expect(choose(own, [{ ...disk, empty: false }])).toMatchObject({ disk: { device: '/dev/vda' } });
  });

  test('may have what this very installation has begun on it', () => {
    const own = machine({});
    const begun = { ...disk, empty: false, inUse: true };
    expect(choose(own, [begun], { '/dev/vda': markOf(own) })).toMatchObject({ begun: true });
  });

  test.each<[string, OwnMachine, readonly DiskDevice[], Readonly<Record<string, string>>]>([
    ['no consent', machine({ disk: undefined }), [disk], {}],
    ['no layout', machine({ layout: undefined }), [disk], {}],
    ['another action', machine({ action: 'Apply' }), [disk], {}],
    ['a layout for another disk', machine({ layout: { ...layout, serial: 'OTHER' } }), [disk], {}],
    ['a disk that is not there', machine({}), [{ ...disk, serial: 'OTHER' }], {}],
    ['a serial that only begins like it', machine({}), [{ ...disk, serial: 'GOOD-12' }], {}],
    ['a serial in other letters', machine({}), [{ ...disk, serial: 'good-1' }], {}],
    ['two disks with one serial', machine({}), [disk, { ...disk, device: '/dev/vdb' }], {}],
    ['something on it', machine({}), [{ ...disk, empty: false }], {}],
    [
      'a file system of it in use',
      machine({ disk: { serial: 'GOOD-1', erase: true } }),
      [{ ...disk, inUse: true }],
      {},
    ],
    ['the mark of another machine', machine({}), [{ ...disk, empty: false }], { '/dev/vda': 'AAAA' }],
    [
      'the mark of this one on another disk',
      machine({}),
      [{ ...disk, empty: false }],
      { '/dev/vdb': markOf(machine({})) },
    ],
    ['a layout larger than the disk', machine({}), [{ ...disk, bytes: 50 * GIB }], {}],
    [
      'a disk without a serial',
      machine({ disk: { serial: '', erase: true }, layout: { ...layout, serial: '' } }),
      [{ ...disk, serial: '' }],
      {},
    ],
  ])('is none where there is %s', (_what, own, disks, marks) => {
    expect(choose(own, disks, marks)).toHaveProperty('refusal');
  });

  test('is marked for one machine and one layout', () => {
    const mark = markOf(machine({}));
    expect(mark).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}$/);
    expect(markOf(machine({ layout: { ...layout, pool: GIB } }))).not.toBe(mark);
    expect(
      markOf({ ...machine({}), metadata: { name: 'alpha', uid: 'other', resourceVersion: '1' } }),
    ).not.toBe(mark);
  });
});
