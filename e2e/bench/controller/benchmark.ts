import { join } from 'node:path';
import { createTransport, loadCluster } from '@hearth/runtime';
import { startControlPlane } from '../../harness/control-plane.ts';
import { buildPeer } from '../peers.ts';
import type { Benchmark } from '../report.ts';
import type { Contender } from './contender.ts';
import { deployedEnvironment } from './deployed.ts';
import { measure, type Run, type Scale } from './measure.ts';
import { CEILING, goalsOf, HEARTH, noiseTable, PEER, SPARING_PEER, summaryTable } from './summary.ts';
import { installNotes } from './world.ts';

/**
 * Compares Hearth's runtime with controller-runtime, and both with the bare writes, on one API server (a real
 * kube-apiserver and etcd on the loopback interface).
 *
 * The work, the same for each: one ConfigMap by server-side apply, then the object's status by a merge patch, 16 at
 * a time. Every contender is a process of its own; the controllers watch their kind and the ConfigMaps, have no rate
 * limit of their own, elect no leader and log errors only. controller-runtime is measured twice: as it is scaffolded,
 * where every pass applies, and made sparing by hand, which does without the requests that Hearth's runtime does
 * without. Hearth's process has the settings of the chart. What is Ready is seen by a watch of the bench.
 *
 * - Drain: all objects are there, then the contender is started. The rate is taken between the first and the last
 *   object that becomes Ready, so the start of a process does not count; CPU time and memory do include it.
 * - Cold: the contender is started again, where there is nothing left to do.
 * - Steady: that process sees objects that are created at a fixed rate, well below what any of them can do. The
 *   delay is from the request that creates an object until the bench sees it Ready.
 *
 * Memory has settled half a minute after the last work. The contenders take turns, forwards and backwards, and each
 * begins and ends with an empty cluster. How busy the machine was with something else is measured beside it.
 */
export const benchController: Benchmark = async (options) => {
  const { objects = 10_000, repetitions = 2, progress } = options;
  const scale: Scale = {
    objects,
    steady: Math.ceil(objects / 5),
    steadyRate: 50,
    settle: 30_000,
  };
  progress('building controller-runtime');
  const contenders = await contendersOf(options.profile);
  progress('starting an API server');
  const plane = await startControlPlane();
  const transport = createTransport(await loadCluster({ kubeconfig: plane.kubeconfig }));
  const runs: Run[] = [];
  try {
    await installNotes(transport);
    for (let round = 0; round < repetitions; round++) {
      const turns = round % 2 === 0 ? contenders : contenders.toReversed();
      for (const contender of turns) {
        runs.push(await measure({ transport, kubeconfig: plane.kubeconfig, scale, progress }, contender));
        await plane.compact();
      }
    }
  } finally {
    await transport.close();
    await plane.stop();
  }
  const title = `${objects} objects; then ${scale.steady} more at ${scale.steadyRate}/s; ${repetitions} runs of each`;
  return {
    results: { scale, runs },
    tables: [summaryTable(runs, title), noiseTable(runs)],
    goals: goalsOf(runs),
  };
};

async function contendersOf(profile: string | undefined): Promise<readonly Contender[]> {
  const program = (name: string) => join(import.meta.dirname, name);
  const peer = await buildPeer('controller-runtime');
  const profiling = profile
    ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--heap-prof', `--heap-prof-dir=${profile}`]
    : [];
  return [
    { name: CEILING, watches: false, command: [process.execPath, program('ceiling.ts')] },
    {
      name: HEARTH,
      watches: true,
      command: [process.execPath, ...profiling, program('hearth.ts')],
      env: await deployedEnvironment(),
    },
    { name: PEER, watches: true, command: [peer] },
    { name: SPARING_PEER, watches: true, command: [peer, '--sparing'] },
  ];
}
