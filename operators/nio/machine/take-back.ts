import type { Machine } from '@hearth/domain';
import {
  type Context,
  controllerOf,
  type Immutable,
  type Kind,
  Lease,
  type Outcome,
  type Resource,
  ready,
  Secret,
  ServiceAccount,
} from '@hearth/runtime';
import { Role, RoleBinding } from '../kinds.ts';
import { accountName, filesSecretName } from '../names.ts';

/**
 * Takes back what lets a machine in. Its account goes first: with it each of its tokens ends, within the 10 s for which
 * the API server remembers one. Then the rest,
 * which would go with the Machine, but not before something collects it.
 */
export async function takeBack(machine: Immutable<Machine>, { read, act }: Context): Promise<Outcome> {
  const { namespace, name } = machine.metadata;
  const parts: [Kind, string][] = [
    [ServiceAccount, accountName(name)],
    [RoleBinding, accountName(name)],
    [Role, accountName(name)],
    [Secret, filesSecretName(name)],
    [Lease, accountName(name)],
  ];
  for (const [kind, part] of parts) {
    const object: Immutable<Resource> | undefined = read.get(kind, { namespace, name: part });
    if (!object || controllerOf(object)?.uid !== machine.metadata.uid) continue;
    await act.delete(kind, { namespace, name: part }, { uid: object.metadata.uid });
  }
  return ready();
}
