import type { Prerequisite } from '../../bootstrap/local/prerequisites.ts';

/** What machines of tests need of this machine. */
export const MACHINE_PACKAGES: readonly Prerequisite[] = [
  { package: 'nix-bin', provides: 'nix' },
  { package: 'git', provides: 'git' },
  { package: 'gdisk', provides: 'sgdisk' },
  { package: 'faketime', provides: 'faketime' },
  { package: 'iproute2', provides: 'ip' },
  { package: 'procps', provides: 'pkill' },
  { package: 'util-linux', provides: 'nsenter' },
];
