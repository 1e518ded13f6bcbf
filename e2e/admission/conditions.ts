import type { ConditionCase } from './condition-case.ts';
import { ofChoices } from './of-choices.ts';
import { ofInstalling } from './of-installing.ts';
import { ofIntegrations } from './of-integrations.ts';

/** Every bad input that shows as a condition. */
export const conditionCases: readonly ConditionCase[] = [...ofInstalling, ...ofChoices, ...ofIntegrations];
