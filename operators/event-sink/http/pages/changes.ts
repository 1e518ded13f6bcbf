import type { SinkEvent } from '@hearth/domain';
import { type Fields, isFields } from '../../graph/fields.ts';
import { conditionsOf, type StatedCondition } from '../../why/stated.ts';
import { ended } from '../../why/words.ts';
import { type Difference, differences, patched } from './differences.ts';
import { type Html, html } from './html.ts';

/** So many changes of one event are told. */
const MOST = 12;

/** What an event changed, in words; `before` is the event of the same resource before it, where it is at hand. */
export function changesIn(event: SinkEvent, before: SinkEvent | undefined): Html {
  const found = before?.object && event.object ? differences(before.object, event.object) : patched(event);
  const conditions = conditionChanges(found, event);
  const fields = found.filter(({ field }) => !CONDITIONS.test(field));
  const lines = [...conditions, ...fields.map(fieldChange)];
  if (lines.length === 0) return html`<p class="soft">Nothing that concerns its use.</p>`;
  const more = lines.length - MOST;
  return html`<ul class="changes">${lines.slice(0, MOST).map((line) => html`<li>${line}</li>`)}${more > 0 && html`<li class="soft">and ${more} more</li>`}</ul>`;
}

const CONDITIONS = /^status\.conditions(\.|$)/;

/** A condition is told as a whole, however much of it has changed. */
function conditionChanges(found: readonly Difference[], { object = {} }: SinkEvent): Html[] {
  const touched = found.filter(({ field }) => CONDITIONS.test(field));
  const now = conditionsOf(object);
  // A list that was replaced as a whole says nothing of single conditions: all are told.
  const types = touched.some(({ field }) => field === 'status.conditions')
    ? now.map(({ type }) => type)
    : touched.map(({ field }) => field.split('.')[2] ?? '');
  return [...new Set(types)].map((type) => {
    const condition = now.find((each) => each.type === type);
    return condition === undefined
      ? html`<strong>${type}</strong> is said no more`
      : html`<strong>${type}</strong> ${wasIn(touched, type)}: ${conditionWords(condition)}`;
  });
}

/** Whether a condition flipped, or says something else than before. */
const wasIn = (touched: readonly Difference[], type: string): string =>
  touched.some(
    ({ field, after }) =>
      field === `status.conditions.${type}.status` || (field.endsWith(`.${type}`) && isFields(after)),
  )
    ? 'is now'
    : 'is still';

/** A condition in words: `no (ImageMissing). app can’t pull its image.` */
export function conditionWords({ status, reason, message }: StatedCondition): Html {
  const said = status === 'True' ? 'yes' : status === 'False' ? 'no' : 'not known';
  return html`${said}${reason !== undefined && html` <span class="soft">(${reason})</span>`}${message !== undefined && html`. ${ended(message)}`}`;
}

function fieldChange({ field, before, after }: Difference): Html {
  const name = html`<code>${field}</code>`;
  if (after === undefined)
    return html`${name} is gone${before !== undefined && html`; it was ${valueText(before)}`}`;
  return before === undefined
    ? html`${name} is now ${valueText(after)}`
    : html`${name} went from ${valueText(before)} to ${valueText(after)}`;
}

/** So many characters of a value are shown. */
const LONGEST = 160;

function valueText(value: unknown): Html {
  if (value === '') return html`<span class="soft">empty</span>`;
  if (typeof value === 'string' && value.startsWith('hmac-sha256:'))
    return html`<span class="soft">something that is not recorded</span>`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return html`<q class="value">${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</q>`;
}

/** Only the fields of an object that a person would look at: what it is wanted to be, and what it is. */
export const told = ({ spec, status }: Fields): readonly (readonly [string, unknown])[] =>
  [spec, status].flatMap((part) =>
    isFields(part) ? Object.entries(part).filter(([, value]) => typeof value !== 'object') : [],
  );
