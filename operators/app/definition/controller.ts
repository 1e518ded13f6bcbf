import { AppDefinition, checkDefinition, type Problem } from '@hearth/domain';
import { type Controller, type Outcome, ready, stalled } from '@hearth/runtime';

/** Says of each catalogue entry whether it holds together, beyond what its schema can tell. */
export const definitionController: Controller<AppDefinition> = {
  name: 'appdefinition',
  kind: AppDefinition,
  reconcile: async (definition) => verdictOn(checkDefinition(definition)),
};

/** A definition with problems is refused whole: an app that is half installed helps nobody. */
export function verdictOn(problems: readonly Problem[]): Outcome {
  if (problems.length === 0) return ready({ message: 'It can be installed.' });
  return stalled('InvalidDefinition', problems.map(({ path, message }) => `${path}: ${message}`).join(' '));
}
