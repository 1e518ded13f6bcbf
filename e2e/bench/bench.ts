import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '../../bootstrap/failure.ts';
import { benchController } from './controller/benchmark.ts';
import { benchEvents } from './events/benchmark.ts';
import { benchIdentity } from './identity/benchmark.ts';
import { benchIdle } from './idle.ts';
import { benchMachines } from './machines/benchmark.ts';
import { benchPartition } from './partition.ts';
import { type Benchmark, reportText } from './report.ts';
import { benchResolution } from './resolve.ts';
import { benchScale } from './scale/benchmark.ts';
import { benchSoak } from './soak/benchmark.ts';
import { benchSweep } from './sweep.ts';

/** What can be measured, by the name that `npm run bench -- NAME` takes. */
const benchmarks: Readonly<Record<string, Benchmark>> = {
  resolve: benchResolution,
  controller: benchController,
  partition: benchPartition,
  sweep: benchSweep,
  idle: benchIdle,
  events: benchEvents,
  identity: benchIdentity,
  scale: benchScale,
  soak: benchSoak,
  machines: benchMachines,
};

const USAGE = `npm run bench -- [NAME …] [--json FILE] [--objects N] [--apps N] [--repetitions N] [--minutes N]
  [--seed N] [--profile FOLDER]
NAME is any of: ${Object.keys(benchmarks).join(', ')}; without one, all are run.`;

/** Runs benchmarks: a table for each on standard output, and what is under way on standard error. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      objects: { type: 'string' },
      apps: { type: 'string' },
      repetitions: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const options = {
    objects: countOf('objects', values.objects),
    apps: countOf('apps', values.apps),
    repetitions: countOf('repetitions', values.repetitions),
    minutes: countOf('minutes', values.minutes),
    seed: countOf('seed', values.seed),
    profile: values.profile && resolve(values.profile),
  };
  const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
  const results: Record<string, object> = {};
  for (const [name, benchmark] of names.map((name) => [name, benchmarkCalled(name)] as const)) {
    const progress = (doing: string) => process.stderr.write(`${name}: ${doing}\n`);
    const report = await benchmark({ ...options, progress });
    results[name] = { ...report.results, goals: report.goals };
    process.stdout.write(`${reportText(report)}\n\n`);
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

function benchmarkCalled(name: string): Benchmark {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Failure(`There is no benchmark called ${name}.\n${USAGE}`);
  return benchmark;
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Failure(`--${option} takes a number, not "${text}".`);
  return count;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}
