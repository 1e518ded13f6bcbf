import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import type { Assignment, Given } from '../assignment.ts';

/** A machine that a configuration has to do with. */
export interface Member {
  readonly machine: Immutable<Machine>;
  /** Has: it is to run this. Leaves: it ran this, and is to go back. Other: an older configuration has it. */
  readonly role: 'has' | 'leaves' | { readonly other: string };
  /** What it is given along with the system; or why that is not there. */
  readonly given: Given | { readonly missing: string };
  /** Milliseconds since its last attempt was first seen to have failed. */
  readonly failedFor: number;
}

/** A machine, and the assignment that it gets; undefined takes it away. */
export interface Write {
  readonly machine: Immutable<Machine>;
  readonly assignment: Immutable<Assignment> | undefined;
  /** Whether it begins to apply something: then it is given its files first. */
  readonly needsFiles?: boolean;
}
