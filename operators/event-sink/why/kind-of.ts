import { kinds } from '@hearth/domain';
import type { Found } from './explore.ts';

/** Kinds beside the suite’s to which an edge can lead although nothing is there. */
const FOREIGN: Readonly<Record<string, string>> = {
  'nodes.': 'Node',
  'persistentvolumeclaims.': 'PersistentVolumeClaim',
  'services.': 'Service',
};

/** The kind of what was found. What is not there has no event that would say it. */
export const kindOf = ({ event, named: { group, plural } }: Pick<Found, 'event' | 'named'>): string =>
  event?.resource.kind ??
  kinds.find((known) => known.group === group && known.plural === plural)?.kind ??
  FOREIGN[`${plural}.${group}`] ??
  plural;
