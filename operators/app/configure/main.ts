import { readFile } from 'node:fs/promises';
import type { PreStartStep } from '@hearth/domain';
import { StepFailure } from './failure.ts';
import { carryOutPreStart } from './pre-start.ts';
import { mountsOfThisProcess } from './volume-path.ts';

/** Carries out the rendered steps of the file that the first argument names, before an app's container starts. */
async function main(file: string | undefined): Promise<void> {
  if (file === undefined) throw new StepFailure('Name the file of the steps to carry out.');
  const steps = await readSteps(file);
  await carryOutPreStart(steps, await mountsOfThisProcess(), (line) => process.stdout.write(`${line}\n`));
}

/** The App controller rendered them from a definition that the API server had checked. */
async function readSteps(file: string): Promise<readonly PreStartStep[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new StepFailure(`${file}, which holds the steps to carry out, can’t be read as JSON.`);
  }
}

main(process.argv[2]).catch((error: unknown) => {
  const known = error instanceof StepFailure;
  process.stderr.write(
    `${known ? error.message : `Unexpected ${error instanceof Error ? error.name : 'error'}.`}\n`,
  );
  process.exitCode = 1;
});
