import type { AdmissionCase } from './case.ts';
import { ofApps } from './of-apps.ts';
import { ofDefinitions } from './of-definitions.ts';
import { ofMachines } from './of-machines.ts';
import { ofOthers } from './of-others.ts';
import { ofSignOn } from './of-sign-on.ts';

/** Every bad input that the API server refuses by itself. */
export const admissionCases: readonly AdmissionCase[] = [
  ...ofApps,
  ...ofDefinitions,
  ...ofSignOn,
  ...ofOthers,
  ...ofMachines,
];
