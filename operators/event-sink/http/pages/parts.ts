import { kindName, kinds, relativeIri, type SinkEvent } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { judge } from '../../why/judge.ts';
import type { Judgement } from '../../why/judgement.ts';
import { day } from '../../why/time.ts';
import { icons } from './icons.ts';

type Resource = SinkEvent['resource'];

/** A point in time, as long as the reader’s own clock isn’t known. */
export function time(at: string): Html {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return html`${at}`;
  const clock = date.toISOString().slice(11, 19);
  return html`<time datetime="${at}">${day(date)}, ${clock} UTC</time>`;
}

/** The path of a resource on this host. */
export const pathOf = (resource: Resource): string => `/${relativeIri(resource)}`;

/** The path of the list of a kind. */
export const listPath = ({ namespace, ...kind }: Pick<Resource, 'plural' | 'group' | 'namespace'>): string =>
  `/${namespace ?? '-'}/${kindName(kind)}/`;

/** A resource by its name, and, where it is another, its namespace. */
export const resourceLink = (resource: Resource, from?: string | undefined): Html =>
  html`<a href="${pathOf(resource)}">${resource.namespace !== undefined && resource.namespace !== from && html`<span class="soft">${resource.namespace}/</span>`}${resource.name}</a>`;

const STATES = {
  ready: { icon: icons.good, label: 'Ready' },
  'not-ready': { icon: icons.bad, label: 'Not ready' },
  unknown: { icon: icons.open, label: 'Not known' },
  missing: { icon: icons.bad, label: 'Not there' },
  hidden: { icon: icons.open, label: 'Not yours to see' },
} as const;

/** How something is, told by a word and a drawing, and not by a colour alone. */
export const pill = (state: keyof typeof STATES, label: string = STATES[state].label): Html =>
  html`<span class="pill pill-${state}">${STATES[state].icon}${label}</span>`;

/** How a resource is, by its last event; of what has no state of its own, nothing. */
export function stateOf(event: SinkEvent): Html | undefined {
  if (event.type === 'deleted') return html`<span class="pill pill-unknown">${icons.deleted}Deleted</span>`;
  const judgement = judge(event);
  return hasState(judgement) ? pill(judgement.state) : undefined;
}

const hasState = ({ phrase }: Judgement): boolean => phrase !== 'is there';

/** What a kind is, where the suite says so. */
export const kindDescription = ({ kind, group }: Pick<Resource, 'kind' | 'group'>): string | undefined =>
  kinds.find((known) => known.kind === kind && known.group === group)?.description;

/** `1 event`, `2 events`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
