import { type Clock, pause } from '@hearth/runtime/clock';
import { CommandFailed, lastLines, type StorePath, type System } from '../system/system.ts';
import { isShortage } from './exit-codes.ts';
import type { Failure } from './next.ts';

/** The boot loader could not be told what to start. */
export class BootEntryFailed extends Error {
  readonly fault: Failure['fault'];

  constructor(output: string) {
    super(`the boot loader can’t be set up (${lastLines(output) || 'it says nothing'})`);
    this.name = 'BootEntryFailed';
    this.fault = isShortage(output) ? 'Machine' : 'Configuration';
  }
}

/** Milliseconds between two looks. */
const LOOK = 200;

/** Makes a system the newest generation, and what the machine starts with. @throws BootEntryFailed. */
export async function setBoot(path: StorePath, system: System, clock: Clock): Promise<void> {
  try {
    await system.activation.setProfile(path);
  } catch (error) {
    if (error instanceof CommandFailed) throw new BootEntryFailed(error.output || error.message);
    throw error;
  }
  await setEntry(path, system, clock);
}

/** Makes a system what the machine starts with, whatever the newest generation is. @throws BootEntryFailed. */
export async function setEntry(path: StorePath, { activation }: System, clock: Clock): Promise<void> {
  // One that an agent began which is no more may still write: it comes to its end first.
  await untilEnded(activation, clock);
  await activation.clear('hearth-boot-entry');
  await activation.start('hearth-boot-entry', path, 'boot');
  const ended = await untilEnded(activation, clock);
  await activation.clear('hearth-boot-entry');
  if (ended.state === 'ended' && ended.exitCode !== 0) throw new BootEntryFailed(ended.output);
}

async function untilEnded(activation: System['activation'], clock: Clock) {
  for (;;) {
    const unit = await activation.state('hearth-boot-entry');
    if (unit.state !== 'running') return unit;
    await pause(clock, LOOK, new AbortController().signal);
  }
}
