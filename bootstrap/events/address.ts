import { type KindDefinition, kindName, kinds, relativeIri } from '@hearth/domain';
import { Failure } from '../failure.ts';
import { HOME_NAMESPACE } from '../install/home.ts';

/** A kind as IRIs name it, and whether its resources lie in namespaces. */
type NamedKind = Pick<KindDefinition, 'group' | 'plural' | 'namespaced'>;

/**
 * The relative IRI of a resource that a person names: `app/rss`, `apps/rss`, `users/ada`, `deployments.apps/rss`, or
 * the IRI itself.
 * @param namespace where it lies; of cluster-wide kinds that are not the suite's, `-`.
 * @throws Failure where there is no such kind.
 */
export function resourceIri(text: string, namespace: string = HOME_NAMESPACE): string {
  const [kind = '', name = '', ...rest] = text.split('/');
  if (rest.length === 1 && name.includes('.') && kind !== '' && rest[0] !== '') return text;
  if (kind === '' || name === '' || rest.length > 0) {
    throw new Failure(`${text} names no resource: write KIND/NAME, such as app/rss.`);
  }
  const { namespaced, ...named } = kindCalled(kind);
  return relativeIri({ ...named, name, ...(namespaced && namespace !== '-' ? { namespace } : {}) });
}

/**
 * What `--of` means: the relative IRI of a resource, or, without a name, `plural.group` of a kind.
 * @throws Failure where there is no such kind, or a namespace goes with a kind.
 */
export function eventsOf(text: string, namespace?: string): string {
  if (text.includes('/')) return resourceIri(text, namespace);
  if (namespace !== undefined) {
    throw new Failure(`-n goes with a name: --of ${text}/NAME -n ${namespace}.`);
  }
  return kindName(kindCalled(text));
}

function kindCalled(text: string): NamedKind {
  const called = text.toLowerCase();
  const known = kinds.find((kind) => namesOf(kind).includes(called));
  if (known !== undefined) return known;
  const [, plural, group] = /^([a-z0-9-]+)\.([a-z0-9.-]+)$/.exec(called) ?? [];
  if (plural === undefined || group === undefined) {
    throw new Failure(`${text} is no kind of Hearth; others are written as pods.core or deployments.apps.`);
  }
  return { plural, group: group === 'core' ? '' : group, namespaced: true };
}

const namesOf = ({ group, plural, singular, shortNames }: KindDefinition): readonly string[] =>
  [plural, singular, ...shortNames].flatMap((name) => [name, `${name}.${group}`]);
