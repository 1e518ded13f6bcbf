import type { Benchmark } from '../report.ts';
import { appNames, isRouted } from './apps.ts';
import { LATER, measureScale } from './measure.ts';
import { scaleGoals, scaleTable } from './summary.ts';
import { openWorld } from './world.ts';

/**
 * A home with very many apps, on a real API server. Deployments, pods and their addresses are kept by Kubernetes' own
 * controllers and scheduler, and kwok says that the pods run. The operators are a process of their own with the rights
 * and the settings of the chart; they share the machine with all of these.
 *
 * - All Apps are created at once, as fast as it goes, until all are Ready.
 * - Then some more come, one by one.
 * - Then a gateway arrives, for which one App in six has a slot: these get a Route, a certificate, a router and another
 *   environment, with which their pods start anew. Of the others, nothing may be written.
 */
export const benchScale: Benchmark = async ({ apps = 3_000, profile, progress }) => {
  progress('starting an API server, and machines');
  // Those that start anew have two pods for a while.
  const world = await openWorld((apps + LATER) * 1.2, profile);
  try {
    const scale = await measureScale(world, apps, progress);
    const routed = appNames(apps).filter(isRouted).length;
    return { results: scale, tables: [scaleTable(scale)], goals: scaleGoals(scale, routed) };
  } finally {
    await world.close();
  }
};
