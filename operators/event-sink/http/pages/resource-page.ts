import { relativeIri, type SinkEvent, type WhyAnswer } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { judge } from '../../why/judge.ts';
import { conditionsOf, createdOf, type StatedCondition } from '../../why/stated.ts';
import { ended, noun } from '../../why/words.ts';
import { conditionWords, told, valueText } from './changes.ts';
import { document } from './document.ts';
import { neighbourhood } from './neighbours.ts';
import { kindDescription, listPath, pathOf, stateOf, time } from './parts.ts';
import { timeline } from './timeline.ts';
import type { Pages, ResourceView } from './views.ts';
import { whyList } from './why-list.ts';

/** A resource: what it is, how it is and why, what is around it, and its story. */
export const resource: Pages['resource'] = (frame, view) => {
  const { event, at, why, neighbours, history } = view;
  const { name, namespace } = event.resource;
  return document(frame, {
    title: at === undefined ? name : `${name} as of event ${at}`,
    width: 'wide',
    body: html`${at !== undefined && past(event, at)}
${resourceHead(event)}
<p class="lead">${summary(event, why)}</p>
${why !== undefined && whyList(why)}
<div class="columns">
${conditions(event)}
${facts(view)}
</div>
${neighbourhood(neighbours, namespace)}
<section aria-labelledby="story"><h2 id="story">What happened</h2>${timeline(history, 'one')}</section>
${forms(event, at)}`,
  });
};

/** Where a resource is, what it is called, and how it is. */
export const resourceHead = (event: SinkEvent): Html => {
  const { kind, namespace, name } = event.resource;
  const place = namespace === undefined ? '' : ` in ${namespace}`;
  return html`<p class="eyebrow"><a href="${listPath(event.resource)}">${noun(kind)}</a>${place}</p>
<div class="title"><h1>${name}</h1>${stateOf(event)}</div>`;
};

/** That this is how it was, and not how it is. */
const past = ({ time: since, resource: of }: SinkEvent, at: number): Html =>
  html`<aside class="past" aria-label="A state of the past"><p><strong>As it was at event ${at}.</strong> It had been so since ${time(since)}.</p><a class="button secondary" href="${pathOf(of)}">As it is now</a></aside>`;

function summary(event: SinkEvent, why: WhyAnswer | undefined): string {
  if (why !== undefined) return why.sentence;
  const { phrase, detail } = judge(event);
  return ended(`${event.resource.name} ${phrase}${detail === undefined ? '' : `: ${detail}`}`);
}

function conditions({ object = {} }: SinkEvent): Html | undefined {
  const stated = conditionsOf(object);
  if (stated.length === 0) return undefined;
  return html`<section class="card" aria-labelledby="conditions"><h2 id="conditions">What it says of itself</h2><dl class="facts">${stated.map((condition) => conditionRow(condition, stated))}</dl></section>`;
}

const conditionRow = (condition: StatedCondition, stated: readonly StatedCondition[]): Html =>
  html`<div><dt>${condition.type}</dt><dd>${conditionWords(condition, stated)}${condition.since !== undefined && html`<br><span class="soft">since ${time(condition.since)}</span>`}</dd></div>`;

function facts({ event }: ResourceView): Html {
  const { object = {}, resource: of, actor, generation } = event;
  const made = createdOf(object);
  const description = kindDescription(of);
  return html`<section class="card" aria-labelledby="facts"><h2 id="facts">What it is</h2>${description !== undefined && html`<p class="hint">${description}</p>`}<dl class="facts">
${made !== undefined && html`<div><dt>Made</dt><dd>${time(made)}</dd></div>`}
<div><dt>Last changed</dt><dd>${time(event.time)}${actor.name !== '' && html` by ${actor.name}`}</dd></div>
${generation !== undefined && html`<div><dt>Changed wishes</dt><dd>${generation === 1 ? 'never' : `${generation - 1} times`}</dd></div>`}
${told(object).map(([name, value]) => html`<div><dt><code>${name}</code></dt><dd>${valueText(value)}</dd></div>`)}
</dl></section>`;
}

const FORMS = [
  ['json', 'JSON'],
  ['turtle', 'Turtle'],
  ['json-ld', 'JSON-LD'],
  ['n-triples', 'N-Triples'],
] as const;

/** The same for machines. */
function forms({ resource: of }: SinkEvent, at: number | undefined): Html {
  const path = `/${relativeIri(of)}?${at === undefined ? '' : `at=${at}&`}form=`;
  return html`<footer class="forms"><p>The same as ${FORMS.map(([form, label], index) => html`${index > 0 && ', '}<a href="${path}${form}">${label}</a>`)}; its <a href="${pathOf(of)}?history">whole history</a> as JSON.</p></footer>`;
}
