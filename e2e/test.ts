import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readIfThere } from '../bootstrap/files.ts';
import { runSteps } from '../bootstrap/steps.ts';
import { terminalReporter } from '../bootstrap/terminal.ts';
import { prepareSteps } from './prepare.ts';
import { failures, summary, type Tally, type TestReport, tally } from './tally.ts';

/**
 * Makes what the tests need, checks the code, then runs every test, and ends with the plain line "N passed, N failed". A failed check counts
 * as one failure. Exits with 1 when anything failed, or nothing ran. Arguments are handed to vitest.
 */
const root = join(import.meta.dirname, '..');
const run = (command: string, args: readonly string[]) =>
  execa(command, args, { cwd: root, stdio: 'inherit', preferLocal: true, localDir: root, reject: false });

await runSteps(prepareSteps(), terminalReporter());
const checked = await run('npm', ['run', '--silent', 'check']);
const tested = await runTests(process.argv.slice(2));
const total = { passed: tested.passed, failed: tested.failed + (checked.exitCode === 0 ? 0 : 1) };
process.stdout.write(`${summary(total)}\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function runTests(args: readonly string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  const file = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { exitCode } = await run('vitest', ['run', ...reporters, ...args]);
  const text = await readIfThere(file);
  await rm(folder, { recursive: true });
  const report: TestReport = text === undefined ? { testResults: [] } : JSON.parse(text);
  for (const line of failures(report, root)) process.stdout.write(`${line}\n`);
  const counted = tally(report);
  // Vitest also fails for what belongs to no test, such as an unhandled rejection.
  return exitCode !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}
