import type { Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { JournalStore } from '../journal/store.ts';
import type { Assignment, FlakeCredentials, System } from '../system/system.ts';

/** The files of a configuration, as an assignment lists them. */
export type FileList = NonNullable<Assignment['files']>;

/** What an attempt works with. */
export interface Surroundings {
  readonly system: System;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The name of the machine: the flake's system that is meant where none is named. */
  machine(): string;
  /** Seconds that units have, after an activation, to show that they stay up. */
  readonly settle: number;
  /** What a private repository asks for; read from the machine's own Secret. */
  credentials(): Promise<FlakeCredentials | undefined>;
  /** Puts files in their places, and takes away those that are not listed. */
  deliver(files: FileList): Promise<void>;
  /** Takes away what was delivered before, but for these. */
  forgetFiles(kept: readonly FileList[]): Promise<void>;
  readonly journal: JournalStore;
}
