const MARKUP: unique symbol = Symbol('markup');

/** Markup that goes into a page as it is. Only this module makes it, so that nothing from outside can pass for it. */
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

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Markup out of a template: what is put in is escaped, for text and for quoted attributes alike. */
export const html = (template: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [MARKUP]: String.raw({ raw: template }, ...parts.map(markupOf)),
});

/** Markup that somebody else has made, and answers for. */
export const trusted = (markup: string): Html => ({ [MARKUP]: markup });

/** What a template’s part comes to. */
export function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return `${part}`;
  return isList(part) ? part.map(markupOf).join('') : part[MARKUP];
}

const isList = (part: Html | readonly Part[]): part is readonly Part[] => Array.isArray(part);

/** An address to which a link may lead: a path of this host, or HTTPS. Anything else leads to the first page. */
export function href(url: string): string {
  if (/^\/(?![/\\\s])/.test(url)) return url;
  return URL.canParse(url) && new URL(url).protocol === 'https:' ? url : '/';
}

/** A picture that is in the page itself; undefined where an address would have to be asked for it. */
export const embedded = (icon: string | undefined): string | undefined =>
  icon?.startsWith('data:image/') ? icon : undefined;
