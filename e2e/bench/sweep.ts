import { sweep } from '../faults/sweep.ts';
import type { Benchmark } from './report.ts';

/** Kills the operator at every point of an App's life; with `objects`, at about so many of them. */
export const benchSweep: Benchmark = async ({ objects, progress }) => {
  const stride = (points: number) => (objects === undefined ? 1 : Math.ceil(points / objects));
  const { points, tried, missed, failures, seconds } = await sweep({ stride, progress });
  const rows = [
    ['points of the recorded life', `${points}`],
    ['killed at', `${tried}`],
    ['not come by in the replay', `${missed.length}`],
    ['another end', `${failures.length}`],
    ['seconds', seconds.toFixed(0)],
  ];
  return {
    results: { points, tried, missed, failures, seconds },
    tables: [{ title: 'An App’s life with the operator killed', columns: ['', 'number'], rows }],
    goals: [
      {
        wanted: 'the same end wherever it is killed',
        measured: failures.length === 0 ? 'yes' : failures.join('\n'),
        met: failures.length === 0,
      },
    ],
  };
};
