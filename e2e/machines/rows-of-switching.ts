import { type Row, reaches, says } from './fault-row.ts';
import type { FakeStep, Fault } from './plan.ts';

const once = (at: FakeStep, what: Fault) => [{ at, do: what, once: true }];

/** The steps of an apply, from fetching to the boot entry, and what the machine runs when it is interrupted there. */
const KILLED_AT: readonly FakeStep[] = [
  'nix:fetch',
  'nix:build',
  'switch:begin',
  'switch:stop-units',
  'switch:activate',
  'switch:start-units',
  'switch:end',
  'switch:bootloader',
  'switch:entry',
  'switch:booted',
];

/** The agent is gone, and back. */
export const killedAgents: readonly Row[] = [
  ...KILLED_AT.map(
    (at): Row => ({
      name: `the agent is killed at ${at}`,
      plan: once(at, 'kill-agent'),
      runs: 'new',
      says: /^Done: The machine runs it, and starts with it[.]/,
    }),
  ),
  {
    name: 'the agent is killed while it waits to be confirmed',
    runs: 'new',
    says: /^Done: /,
    async during(scene) {
      await says(scene, /^Confirming/);
      await scene.machine.exec('pkill', '-KILL', '-f', 'agent/main.ts');
    },
  },
  {
    name: 'the agent is killed while it goes back',
    system: { services: { 'broken.service': { ExecStart: '/bin/false' } } },
    runs: 'golden',
    says: /^RolledBack: .*broken[.]service.* The machine is back on what worked before/,
    async during(scene) {
      await says(scene, /^Reverting/);
      await scene.machine.exec('pkill', '-KILL', '-f', 'agent/main.ts');
    },
  },
];

/** Power is lost, and comes back. */
export const lostPower: readonly Row[] = [
  ...(['nix:build', 'switch:begin', 'switch:activate', 'switch:end'] as const).map(
    (at): Row => ({
      name: `power is lost at ${at}, before it was confirmed`,
      plan: once(at, 'lose-power'),
      runs: at === 'nix:build' ? 'new' : 'golden',
      says: at === 'nix:build' ? /^Done: / : /^RolledBack: The machine restarted before it was confirmed[.]/,
      during: ({ machine }) => backOn(machine, at),
    }),
  ),
  ...(['switch:bootloader', 'switch:entry'] as const).map(
    (at): Row => ({
      name: `power is lost at ${at}, after it was confirmed`,
      plan: once(at, 'lose-power'),
      runs: 'golden',
      says: /^RolledBack: The machine restarted before it was confirmed[.]/,
      during: ({ machine }) => backOn(machine, at),
    }),
  ),
  {
    name: 'power is lost when the boot entry is written',
    plan: once('switch:booted', 'lose-power'),
    runs: 'new',
    says: /^Done: /,
    during: ({ machine }) => backOn(machine, 'switch:booted'),
  },
];

async function backOn(machine: Parameters<typeof reaches>[0], at: FakeStep): Promise<void> {
  await reaches(machine, at);
  while (machine.isOn()) await new Promise((resolve) => setTimeout(resolve, 50));
  await machine.boot();
}

/** The switch itself goes wrong. */
export const brokenSwitches: readonly Row[] = [
  {
    name: 'a configuration takes the agent with it and nobody is left who could go back',
    plan: once('switch:end', 'remove-agent'),
    // The guard waits twice as long, and two minutes more.
    spec: { confirmWindow: '15s' },
    runs: 'golden',
    says: /^RolledBack: The machine went back by itself before it was confirmed/,
    patience: 270,
  },
  {
    name: 'the link is cut in the midst of the switch',
    plan: once('switch:activate', { pause: 3 }),
    spec: { confirmWindow: '10s' },
    runs: 'golden',
    says: /^RolledBack: Nobody confirmed within 10s that the machine can still be reached[.]/,
    async during({ machine, golden }) {
      await reaches(machine, 'switch:activate');
      await machine.cutLink();
      await reaches(machine, 'switch:end');
      while ((await machine.runningClosure()) !== golden)
        await new Promise((resolve) => setTimeout(resolve, 200));
      await machine.restoreLink();
    },
  },
  {
    name: 'the link is cut in the midst of the switch and is there again in time',
    plan: once('switch:activate', { pause: 2 }),
    runs: 'new',
    says: /^Done: /,
    async during({ machine }) {
      await reaches(machine, 'switch:activate');
      await machine.cutLink();
      await reaches(machine, 'switch:end');
      await machine.restoreLink();
    },
  },
  {
    name: 'the switch hangs',
    plan: once('switch:activate', 'hang'),
    spec: { confirmWindow: '8s' },
    runs: 'golden',
    says: /^RolledBack: Its activation does not come to an end[.]/,
  },
  {
    name: 'the switch ends with 2',
    plan: once('switch:start-units', { exit: 2 }),
    runs: 'golden',
    says: /^RolledBack: Its activation script failed/,
  },
  {
    name: 'the switch ends with 4, since a unit does not start',
    system: { services: { 'broken.service': { ExecStart: '/bin/false' } } },
    runs: 'golden',
    says: /^RolledBack: Some of its units do not start .*broken[.]service/,
  },
  {
    name: 'the switch ends with 100, and a restart is what it needs',
    system: { initInterface: '3' },
    runs: 'new',
    says: /^Done: The machine runs it, and starts with it[.]/,
  },
  {
    name: 'the switch ends with 100, and the boot loader can’t try a system once',
    system: { initInterface: '3' },
    machine: { bootLoader: 'none' },
    runs: 'golden',
    says: /It works only after a restart, and this boot loader can’t try a system once/,
  },
  {
    name: 'a unit fails after the switch',
    system: {
      services: { 'late.service': { ExecStart: '/run/current-system/sw/bin/late' } },
      programs: { late: '#!/bin/sh\nsleep 2\nexit 1\n' },
    },
    runs: 'golden',
    says: /^RolledBack: Units fail: late[.]service[.]/,
  },
  {
    name: 'a configuration takes the network down',
    system: { network: 'down' },
    spec: { confirmWindow: '8s' },
    runs: 'golden',
    says: /^RolledBack: Nobody confirmed within 8s that the machine can still be reached[.]/,
  },
  {
    name: 'a configuration has no agent',
    system: { agent: false },
    runs: 'golden',
    says: /^Failed: This configuration has no hearth-agent.service: .* Nothing was changed[.]/,
  },
  {
    name: 'a configuration has another agent',
    system: { agent: { Environment: 'ANOTHER=1' } },
    runs: 'new',
    says: /^Done: /,
  },
  {
    name: 'a kernel that is another is tried by a restart',
    system: { kernel: '6.13' },
    runs: 'new',
    says: /^Done: The machine runs it, and starts with it[.]/,
  },
  {
    name: 'a configuration does not build',
    system: { build: 'echo no such package >&2; exit 1' },
    runs: 'golden',
    says: /^Failed: .* Nothing was changed[.]/,
  },
];
