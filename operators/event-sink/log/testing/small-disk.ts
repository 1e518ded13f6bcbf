import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { testFolder } from './folder.ts';

/** A file system of its own for the running test, in memory. Only root may mount one. */
export interface SmallDisk {
  readonly folder: string;
  /** @param size as mount takes it: `1m`. */
  resize(size: string): void;
}

/** Makes one, and takes it away when the test is over, whoever still has files open in it. */
export function smallDisk(size: string): SmallDisk {
  const folder = testFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'hearth-test', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return {
    folder,
    resize: (to) => {
      execFileSync('mount', ['-o', `remount,size=${to}`, folder]);
    },
  };
}
