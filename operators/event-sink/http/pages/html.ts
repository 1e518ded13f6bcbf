const MARKUP: unique symbol = Symbol('markup');

/** Markup that goes into a page as it is. Only this module makes it: nothing that was recorded can pass for it. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What a template takes: texts, which it escapes, markup, lists of both, and nothing. */
export type Part = Html | string | number | false | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup out of a template: what is put in is escaped, for text and for quoted attributes alike. */
export const html = (template: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [MARKUP]: String.raw({ raw: template }, ...parts.map(markupOf)),
});

/** What a template’s part comes to. */
export function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return part.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  if (typeof part === 'number') return `${part}`;
  return isList(part) ? part.map(markupOf).join('') : part[MARKUP];
}

const isList = (part: Html | readonly Part[]): part is readonly Part[] => Array.isArray(part);
