import { type App, longestAppName } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Slot } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import {
  ambiguousDefinition,
  type Costed,
  externalOnly,
  kindOf,
  needsUnmet,
  noProvider,
  providerLeaving,
  providerUnknown,
} from './conflict.ts';
import { type Draft, lookUp, type Pending, type Refused } from './draft.ts';
import { wantsAlone } from './facts.ts';
import { installManifest } from './install-manifest.ts';
import { keyOf, refKey, refOf } from './ref.ts';
import type { ResolvedInstall } from './resolution.ts';
import { isLeaving, PROVIDERS_NAMESPACE, shortcoming } from './serve.ts';
import { offerKey, offersOf } from './slot.ts';

/** Plans the provider that a required slot lacks, or says why there can be none. */
export function planInstall(
  draft: Draft,
  consumer: App,
  slot: Slot,
  refused: readonly Refused[],
): Pending | Costed {
  const definition = definitionToInstall(draft, consumer, slot);
  if ('conflict' in definition) return definition;
  const name = definition.metadata.name;
  const alike = refused.filter(
    ({ provider, cause }) => cause === 'Needs' && provider.app.spec.definition === name,
  );
  const dedicated = whyDedicated(draft, slot, name, alike);
  const standard = { namespace: PROVIDERS_NAMESPACE, name: fitName(draft, name) };
  const leaving = lookUp(draft, refKey(standard));
  if (leaving !== undefined && isLeaving(leaving)) return providerLeaving(consumer, slot, refKey(standard));
  const ref =
    dedicated === undefined
      ? standard
      : { namespace: PROVIDERS_NAMESPACE, name: dedicatedName(draft, name, consumer) };
  return pendingOf({
    ref,
    definition,
    version: definition.spec.versions[0]?.version ?? '',
    reason: `${keyOf(consumer)} needs a ${kindOf(slot)} in its slot \`${slot.name}\`, and none that can serve it is installed.`,
    for: refOf(consumer),
    ...(dedicated === undefined ? {} : { dedicated }),
  });
}

/** The install as the App that it will be, so that later slots see it like any other. */
function pendingOf(install: ResolvedInstall): Pending {
  const manifest = installManifest(install);
  const spec = {
    ...manifest.spec,
    approval: 'Automatic',
    approvedPlan: '',
    upgrade: { policy: 'Hold' },
    deletion: 'Retain',
  } as const;
  return { app: { ...manifest, spec }, install };
}

function definitionToInstall(draft: Draft, consumer: App, slot: Slot): AppDefinition | Costed {
  const { catalogue, installed } = draft.input;
  const listed = slot.compatible ?? [];
  if (listed.length === 0) {
    return anyDefinition(catalogue, consumer, slot, installed.offering(offerKey(slot)));
  }
  const defaults = listed.filter((entry) => entry.default);
  const names = (defaults.length > 0 ? defaults : listed).map(({ definition }) => definition).sort();
  const [name] = names;
  if (name === undefined || names.length > 1) return ambiguousDefinition(consumer, slot, names);
  const definition = catalogue.get(name);
  if (definition === undefined) return providerUnknown(consumer, slot, name);
  if (!canBeInstalled(definition)) return externalOnly(consumer, slot, [name]);
  const why = fallsShort(definition, slot);
  return why === undefined ? definition : needsUnmet(consumer, slot, name, why);
}

function anyDefinition(
  catalogue: Catalogue,
  consumer: App,
  slot: Slot,
  names: readonly string[],
): AppDefinition | Costed {
  const definitions = names.flatMap((name) => catalogue.get(name) ?? []);
  const able = definitions.filter((definition) => fallsShort(definition, slot) === undefined);
  const installable = able.filter(canBeInstalled);
  const [only] = installable;
  if (installable.length > 1) {
    return ambiguousDefinition(
      consumer,
      slot,
      installable.map(({ metadata }) => metadata.name),
    );
  }
  if (only !== undefined) return only;
  return able.length > 0
    ? externalOnly(
        consumer,
        slot,
        able.map(({ metadata }) => metadata.name),
      )
    : noProvider(consumer, slot);
}

const canBeInstalled = (definition: AppDefinition): boolean => (definition.spec.workloads ?? []).length > 0;

/** Why no offer of a definition can serve a slot. */
function fallsShort(definition: AppDefinition, slot: Slot): string | undefined {
  let why: string | undefined = `offers no ${offerKey(slot)}`;
  for (const offer of offersOf(definition)) {
    if (offerKey(offer) !== offerKey(slot)) continue;
    const version = ('version' in offer ? offer.version : undefined) ?? definition.spec.versions[0]?.version;
    why = shortcoming(offer, slot, version);
    if (why === undefined) return undefined;
  }
  return why;
}

/** Undefined where the new provider can be the one for everybody. */
function whyDedicated(
  draft: Draft,
  slot: Slot,
  definition: string,
  alike: readonly Refused[],
): string | undefined {
  const [first] = alike;
  if (first !== undefined) return `${refKey(first.provider.ref)} ${first.why}.`;
  if (wantsAlone(slot)) return 'It needs an instance to itself.';
  const key = refKey({ namespace: PROVIDERS_NAMESPACE, name: fitName(draft, definition) });
  return lookUp(draft, key) === undefined ? undefined : `The name ${key} is taken.`;
}

function dedicatedName(draft: Draft, definition: string, consumer: App): string {
  const { namespace, name } = refOf(consumer);
  const short = fitName(draft, `${definition}-${name}`);
  const taken = lookUp(draft, refKey({ namespace: PROVIDERS_NAMESPACE, name: short })) !== undefined;
  return taken ? fitName(draft, `${definition}-${name}`, `${definition} ${namespace}/${name}`) : short;
}

/** The name as it is if an App may have it and it needs no mark, else cut and marked with a digest. */
function fitName(draft: Draft, wish: string, mark?: string): string {
  // A definition may be called 2fauth, an App may not.
  const name = /^[a-z]/.test(wish) ? wish : `app-${wish}`;
  if (mark === undefined && name.length <= longestAppName) return name;
  const digest = draft.input.digest(mark ?? name).slice(0, 8);
  return `${name.slice(0, longestAppName - digest.length - 1).replace(/-+$/, '')}-${digest}`;
}
