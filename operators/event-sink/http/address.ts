import type { Address, KindAddress } from './sink.ts';

/** A namespace (RFC 1123 label). */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The kind that a name like `apps.apps.hearth.dev` or `pods.core` is of; undefined where it is none. */
export function kindNamed(name: string): KindAddress | undefined {
  const [, plural, group] = /^([a-z0-9][a-z0-9-]*)\.([a-z0-9][a-z0-9.-]*)$/.exec(name) ?? [];
  if (plural === undefined || group === undefined) return undefined;
  return { plural, group: group === 'core' ? '' : group };
}

/** The parts of a path, decoded. */
export interface PathParts {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** The resource that the parts of a path name; undefined where none can be. */
export function addressOf({ namespace, kind, name }: PathParts): Address | undefined {
  const known = kindNamed(kind);
  if (known === undefined || name === '') return undefined;
  if (namespace === '-') return { ...known, name };
  return label.test(namespace) ? { ...known, namespace, name } : undefined;
}

/** The resource that a relative IRI names; undefined where it is none. */
export function addressIn(iri: string): Address | undefined {
  const [namespace = '', kind = '', name = '', ...more] = iri.split('/');
  if (more.length > 0) return undefined;
  try {
    return addressOf({ namespace, kind, name: decodeURIComponent(name) });
  } catch {
    return undefined;
  }
}
