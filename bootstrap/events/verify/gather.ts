import { SYSTEM_NAMESPACE } from '../../install/home.ts';
import type { Kubectl } from '../../kubectl.ts';
import type { SinkClient } from '../ask-sink.ts';
import { readText } from './check-files.ts';
import type { Note, Witnesses } from './witness.ts';

/** Where the sink writes its checkpoints: outside of its volume. */
const CHECKPOINT = 'hearth-events-checkpoint';

/** The checkpoints that a person kept. @throws Failure where a file can't be read. */
export const notesIn = (files: readonly string[]): Promise<readonly Note[]> =>
  Promise.all(files.map(async (file) => ({ from: file, text: await readText(file) })));

/** The checkpoints of a home: what stands outside of the sink's volume, and what the sink shows itself. */
export async function homeWitnesses(
  kubectl: Kubectl,
  sink: Pick<SinkClient, 'head'>,
  kept: Witnesses,
): Promise<Witnesses> {
  const args = ['get', 'configmap', CHECKPOINT, '-n', SYSTEM_NAMESPACE, '--ignore-not-found', '-o', 'json'];
  const found = await kubectl(args);
  const { data = {} } = (found === '' ? {} : JSON.parse(found)) as {
    readonly data?: { readonly checkpoint?: string; readonly key?: string };
  };
  const { checkpoint } = await sink.head();
  const notes = [
    ...noteFrom(`ConfigMap ${SYSTEM_NAMESPACE}/${CHECKPOINT}`, data.checkpoint),
    ...(checkpoint === data.checkpoint ? [] : noteFrom('The event sink', checkpoint)),
  ];
  return { notes: [...kept.notes, ...notes], key: kept.key ?? data.key };
}

const noteFrom = (from: string, text: string | undefined): readonly Note[] =>
  text === undefined || text === '' ? [] : [{ from, text }];
