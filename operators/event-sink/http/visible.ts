import type { SinkEvent } from '@hearth/domain';
import type { Access, Asker } from './sink.ts';

/** What somebody may see, as `GraphQuery.allowed` has it. */
export type Visible = 'all' | readonly string[];

/** Whether a relative IRI is among what somebody may see. */
export function isVisible(visible: Visible, iri: string): boolean {
  if (visible === 'all') return true;
  const place = iri.replace(/[^/]*$/, '');
  return visible.includes(place) || visible.includes(iri);
}

/** What somebody may see, and this one resource, which they may get. */
export const andThis = (visible: Visible, iri: string): Visible =>
  visible === 'all' ? visible : [...visible, iri];

/**
 * Whether somebody may see an event: who may list what it is about; of a gap, who may list that kind in all of the
 * cluster.
 */
export const mayRead = (access: Access, asker: Asker, { type, resource }: SinkEvent): Promise<boolean> =>
  access.mayList(asker, resource, type === 'gap' ? undefined : resource.namespace);
