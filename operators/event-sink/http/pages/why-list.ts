import type { WhyAnswer, WhyStep } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { noun } from '../../why/words.ts';
import { pill } from './parts.ts';

/** The way from a resource to what holds it back; nothing, where it is told in a word. */
export function whyList({ steps, causes, state }: WhyAnswer): Html | undefined {
  if (state === 'ready') return undefined;
  return html`<section class="card why" aria-labelledby="why"><h2 id="why">Why</h2><ol class="way">${steps.map((step, index) => stepItem(step, causes.includes(index)))}</ol></section>`;
}

function stepItem({ resource, state, sentence }: WhyStep, isCause: boolean): Html {
  const name =
    resource === undefined
      ? undefined
      : html`<span class="soft">${noun(resource.kind)}</span> <a href="/${resource.iri}">${resource.namespace !== undefined && html`<span class="soft">${resource.namespace}/</span>`}${resource.name}</a>`;
  return html`<li class="${isCause ? 'cause' : 'between'}"><p class="way-what">${name ?? 'Something else'} ${pill(state)}${isCause && html` <span class="tag">This is the cause</span>`}</p><p>${sentence}</p></li>`;
}
