import { type Html, html } from '@hearth/pages';
import type { EdgeName } from '../../vocabulary/terms.ts';
import type { Neighbour } from '../../why/neighbours.ts';
import { noun } from '../../why/words.ts';
import { resourceLink, stateOf } from './parts.ts';

/** What a group of neighbours is called, by how they belong to the resource of the page. */
const GROUPS: readonly (readonly [EdgeName, Neighbour['direction'], string])[] = [
  ['owns', 'from', 'Made by'],
  ['binds', 'from', 'Made for'],
  ['binds', 'to', 'Joined to'],
  ['dependsOn', 'to', 'Depends on'],
  ['provides', 'from', 'Served by'],
  ['provides', 'to', 'Serves'],
  ['dependsOn', 'from', 'Needed by'],
  ['owns', 'to', 'Has made'],
  ['runsOn', 'to', 'Runs on'],
  ['runsOn', 'from', 'Runs here'],
  ['memberOf', 'to', 'Member of'],
  ['memberOf', 'from', 'Members'],
];

/** The resources beside one, by how they belong to it. */
export function neighbourhood(
  neighbours: readonly Neighbour[],
  namespace: string | undefined,
): Html | undefined {
  const groups = GROUPS.flatMap(([edge, direction, title]) => {
    const those = neighbours.filter((each) => each.edge === edge && each.direction === direction);
    return those.length === 0 ? [] : [group(title, those, namespace)];
  });
  return groups.length === 0
    ? undefined
    : html`<section aria-labelledby="around"><h2 id="around">Around it</h2><div class="groups">${groups}</div></section>`;
}

const group = (title: string, neighbours: readonly Neighbour[], namespace: string | undefined): Html =>
  html`<div class="group"><h3>${title}</h3><ul>${neighbours.map(({ event }) => html`<li><span><span class="soft">${noun(event.resource.kind)}</span> ${resourceLink(event.resource, namespace)}</span>${stateOf(event)}</li>`)}</ul></div>`;
