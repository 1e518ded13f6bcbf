import type { App, AppStatus } from '@hearth/domain';
import { keyText } from '@hearth/runtime';
import type { SlotState } from './integrations.ts';

type Binding = NonNullable<AppStatus['bindings']>[number];

/**
 * What an App's status says of a slot: with it, whether an app that worked is on its way to another provider. Others
 * wait for that before they set out, so it stands there from the first pass of the move until the app has come up.
 * @param isUp whether this pass found the app running on what its slots hold.
 */
export function bindingOf(app: App, { status, ready }: SlotState, isUp: boolean): Binding {
  if (status.providerRef === undefined || (ready && isUp)) return status;
  const before = app.status?.bindings?.find(({ name, kind }) => name === status.name && kind === status.kind);
  const joined = before?.state === 'Bound' || before?.state === 'Waiting' ? before.providerRef : undefined;
  if (joined !== undefined && keyText(joined) === keyText(status.providerRef)) {
    return before?.rewiring ? { ...status, rewiring: before.rewiring } : status;
  }
  return works(app) ? { ...status, rewiring: joined ? { from: joined } : {} } : status;
}

const works = ({ status }: App): boolean =>
  status?.version !== undefined &&
  (status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);
