import { parseArgs } from 'node:util';
import {
  ConfigMap,
  type Controller,
  createLogger,
  createManager,
  keyOf,
  keyText,
  loadCluster,
  ready,
} from '@hearth/runtime';
import { configMapOf, Note, type NoteObject, WORKERS } from './note.ts';

/**
 * Hearth's contender, a process of its own. It prints "synced" when its caches are filled, and "passed" when as
 * many different Notes as `--objects` says have been reconciled.
 */

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, objects: { type: 'string' } } });

/** Prints "passed" once, when it has been called with that many different names. */
function createTally(objects: number): (name: string) => void {
  let seen: Set<string> | undefined = new Set();
  return (name) => {
    if (!seen?.add(name) || seen.size < objects) return;
    process.stdout.write('passed\n');
    seen = undefined;
  };
}

const passed = createTally(Number(values.objects));

const noteController: Controller<NoteObject> = {
  name: 'bench',
  kind: Note,
  owns: [ConfigMap],
  workers: WORKERS,
  async reconcile(note, { act }) {
    await act.apply(configMapOf(note), { owner: note });
    passed(keyText(keyOf(note)));
    return ready();
  },
};

const manager = createManager({
  cluster: await loadCluster({ kubeconfig: values.kubeconfig }),
  controllers: [noteController as Controller],
  identity: 'bench',
  lease: { namespace: 'default', name: 'bench' },
  leaderElect: false,
  log: createLogger({ level: 'error' }),
});

process.once('SIGTERM', () => void manager.stop());
await manager.start();
process.stdout.write('synced\n');
