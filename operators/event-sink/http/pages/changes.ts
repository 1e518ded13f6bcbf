import type { SinkEvent } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { type Fields, isFields } from '../../graph/fields.ts';
import { conditionsOf, type StatedCondition } from '../../why/stated.ts';
import { ended } from '../../why/words.ts';
import { type Difference, differences, patched } from './differences.ts';

/** So many changes of one event are told. */
const MOST = 12;

/** What an event changed, in words; `before` is the event of the same resource before it, where it is at hand. */
export function changesIn(event: SinkEvent, before: SinkEvent | undefined): Html {
  const found = before?.object && event.object ? differences(before.object, event.object) : patched(event);
  const conditions = conditionChanges(found, event);
  const fields = found.filter(({ field }) => !CONDITION.test(field));
  const lines = [...conditions, ...fields.map(fieldChange)];
  if (lines.length === 0) return html`<p class="hint">Nothing that concerns its use.</p>`;
  const more = lines.length - MOST;
  return html`<ul class="changes">${lines.slice(0, MOST).map((line) => html`<li>${line}</li>`)}${more > 0 && html`<li class="soft">and ${more} more</li>`}</ul>`;
}

const CONDITION = /^status\.conditions\.([^.]+)/;

/** A condition is told as a whole, however much of it has changed. */
function conditionChanges(found: readonly Difference[], { object = {} }: SinkEvent): Html[] {
  const touched = found.filter(({ field }) => CONDITION.test(field));
  const types = new Set(touched.map(({ field }) => CONDITION.exec(field)?.[1] ?? ''));
  const stated = conditionsOf(object);
  return [...types].map((type) => {
    const condition = stated.find((each) => each.type === type);
    if (condition === undefined) return html`<strong>${type}</strong> is said no more`;
    const flipped = touched.some(({ field }) => field === `status.conditions.${type}.status`);
    return html`<strong>${type}</strong> ${flipped ? 'turned to' : 'stays'} ${conditionWords(condition, stated)}`;
  });
}

const WORDS: Readonly<Record<string, string>> = { True: 'yes', False: 'no' };

/** A condition in words: `no (ImageMissing). app can’t pull its image.` What Ready says too isn’t said again. */
export function conditionWords(
  { type, status, reason, message }: StatedCondition,
  beside: readonly StatedCondition[],
): Html {
  const ready = beside.find((other) => other.type === 'Ready' && type !== 'Ready');
  const isRepeated = ready !== undefined && ready.reason === reason && ready.message === message;
  const said = WORDS[status] ?? 'not known';
  if (isRepeated) return html`${said}`;
  return html`${said}${reason !== undefined && html` <span class="soft">(${reason})</span>`}${message !== undefined && html`: ${ended(message)}`}`;
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

/** A value of a field, as far as it is recorded, and not too long. */
export function valueText(value: unknown): Html {
  if (value === '') return html`<span class="soft">empty</span>`;
  if (typeof value === 'string' && value.startsWith('hmac-sha256:'))
    return html`<span class="soft">something that is not recorded</span>`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return html`<span class="value">${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</span>`;
}

/** The plain fields of an object that a person would look at: what it is wanted to be, and what it is. */
export const told = ({ spec, status }: Fields): readonly (readonly [string, unknown])[] =>
  [spec, status].flatMap((part) =>
    isFields(part)
      ? Object.entries(part).filter(
          ([name, value]) => typeof value !== 'object' && name !== 'observedGeneration',
        )
      : [],
  );
