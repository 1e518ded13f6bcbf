import { App, type SSOClient } from '@hearth/domain';
import { controllerOf, type Immutable, type Read, Secret } from '@hearth/runtime';
import { decodeSecret } from '../binding.ts';
import { childName, environmentSecretName } from '../names.ts';

/** How long an old secret is kept after nobody is seen to run on it: a pod that is ending may still use it. */
const grace = 60_000;

/** How long it is kept where nobody is known to use the binding. */
const unknownGrace = 3_600_000;

/** Whether consumers run on what the binding shows now. */
export type Consumption =
  | { readonly done: true }
  /** `after`: milliseconds until time alone may have changed that. `message` says who is waited for. */
  | { readonly done: false; readonly after?: number | undefined; readonly message: string };

/** What is known of those who use a binding. */
export interface Consumer {
  /** The App whose slot it is; undefined where the SSOClient was made by hand. */
  readonly app?: App | undefined;
  /** The digest that the App says it was given for the slot. */
  readonly hash?: string | undefined;
  /** What the App's pods are given still holds a secret that was shown before. */
  readonly holdsFormer: boolean;
}

/** Looks for who uses the binding of an SSOClient. */
export function consumerOf(
  client: Immutable<SSOClient>,
  formerSecrets: readonly string[],
  read: Read,
): Consumer {
  const { namespace = '', name } = client.metadata;
  const owner = controllerOf(client);
  const app = owner?.kind === App.kind ? read.get(App, { namespace, name: owner.name }) : undefined;
  if (app === undefined || app.metadata.uid !== owner?.uid) return { holdsFormer: false };
  const binding = app.status?.bindings?.find((each) => childName(app.metadata.name, each.name) === name);
  const key = { namespace, name: environmentSecretName(app.metadata.name) };
  const environment = Object.values(decodeSecret(read.get(Secret, key)) ?? {});
  const holdsFormer = formerSecrets.some((secret) => environment.some((value) => value.includes(secret)));
  return { app, hash: binding?.hash, holdsFormer };
}

/**
 * Decides whether what was shown before may go. The App's word alone isn't enough: what it is given and its status
 * are seen through caches that may be a moment apart, so it must have stood for a while.
 * @param shown the digest of the binding that is shown, and since when.
 */
export function consumption(
  { app, hash, holdsFormer }: Consumer,
  shown: { readonly hash: string; readonly since: Date },
  now: Date,
): Consumption {
  if (app === undefined) return until(shown.since.getTime() + unknownGrace, now, 'whoever uses the binding');
  const name = `App ${app.metadata.namespace}/${app.metadata.name}`;
  const ready = app.status?.conditions?.find(({ type }) => type === 'Ready');
  const isCurrent = app.status?.observedGeneration === app.metadata.generation;
  if (hash !== shown.hash || holdsFormer || ready?.status !== 'True' || !isCurrent) {
    return { done: false, message: `${name} doesn’t run on the new one yet` };
  }
  const since = Math.max(shown.since.getTime(), Date.parse(ready.lastTransitionTime));
  return until(since + grace, now, `what is left of ${name} before its restart`);
}

function until(due: number, now: Date, who: string): Consumption {
  const left = due - now.getTime();
  return left <= 0 ? { done: true } : { done: false, after: left, message: `${who} is given time to end` };
}
