import { perObject } from '../per-object.ts';
import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Catalogue } from './catalogue.ts';
import { byKey, byText, refKey } from './ref.ts';
import type { Digest, ResolvedBinding } from './resolution.ts';

/** A digest that fits the name of a Plan. */
const LENGTH = 10;

/** Lists whose order says something; of all others it doesn't count. */
const ordered: ReadonlySet<string> = new Set([
  'workloads',
  'ports',
  'preStart',
  'postStart',
  'command',
  'args',
]);

/**
 * What an approval approves: the App's spec, the definitions used and the bindings chosen. Not what is
 * free on the machines, not titles and icons, and of a definition's versions only the one that runs:
 * else every approval would be stale by the next day. Whether a provider is to be installed or is there
 * already makes no difference, so the hash of a plan stays what it is while the plan is carried out.
 */
export function planHash(
  wanted: App,
  definition: AppDefinition,
  version: string,
  bindings: readonly ResolvedBinding[],
  providers: Catalogue,
  digest: Digest,
): string {
  const { approval, approvedPlan, ...spec } = wanted.spec;
  const bound = bindings
    .flatMap(({ slot, provider }) => (provider === undefined ? [] : [`${slot.name} ${refKey(provider)}`]))
    .sort(byText);
  const image = definition.spec.versions.find((entry) => entry.version === version) ?? version;
  const others = [...new Set(providers.values())].map(namedEffect).sort(byText);
  return shorten(
    digest(
      `{"bound":${canonical(bound)},"definition":${effectOf(definition)},"providers":[${others.join(',')}],` +
        `"spec":${canonical(spec)},"version":${canonical(image)}}`,
    ),
  );
}

/** What of a definition has an effect on a home, whichever version runs. Much of a hash, and the same for many. */
const effectOf = perObject((definition: AppDefinition): string => canonical(inEffect(definition)));
const namedEffect = perObject((definition: AppDefinition): string =>
  canonical({ name: definition.metadata.name, ...inEffect(definition) }),
);

function inEffect({ spec }: AppDefinition): Partial<AppDefinition['spec']> {
  const { title, category, description, homepage, icon, versions, ...rest } = spec;
  return rest;
}

/** JSON with sorted keys and, where order says nothing, sorted lists. */
function canonical(value: unknown, key = ''): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return `[${(ordered.has(key) ? items : items.sort(byText)).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${fields
      .sort(byKey(([name]) => name))
      .map(([name, item]) => `${JSON.stringify(name)}:${canonical(item, name)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** The first 64 bits of a hexadecimal digest as ten letters and digits. */
function shorten(hex: string): string {
  const bits = BigInt(`0x${hex.slice(0, 16)}`) % 36n ** BigInt(LENGTH);
  return bits.toString(36).padStart(LENGTH, '0');
}
