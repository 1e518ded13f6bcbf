/** A piece of a template: text as it stands, or a name to fill in. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly scope: string; readonly field: string };

/** A name that a template uses: `${scope.field}`. */
export interface TemplateName {
  readonly scope: string;
  readonly field: string;
}

/** A template uses a name that has no value, or can't be read. Its message never holds a value. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

const NAME = /^\{([a-z][-a-z0-9]*)\.([A-Za-z][-A-Za-z0-9]*)\}/;

/**
 * Takes a template apart. `${scope.field}` is a name; a `$` that no `{` follows is itself.
 * @throws TemplateError where `${` begins something that is not a name.
 */
export function parseTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    const match = NAME.exec(text.slice(at + 1, at + 160));
    if (match === null) {
      throw new TemplateError(
        `\`${text.slice(at, at + 24)}\` is not a name; write \`\${slot.field}\`, for instance \`\${route.url}\``,
      );
    }
    if (at > from) parts.push({ kind: 'text', text: text.slice(from, at) });
    const [whole, scope = '', field = ''] = match;
    parts.push({ kind: 'name', scope, field });
    from = at + 1 + whole.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** The names that a template uses, each once, in the order of their first use. */
export function templateNames(text: string): readonly TemplateName[] {
  const names = new Map<string, TemplateName>();
  for (const part of parseTemplate(text)) {
    if (part.kind === 'name') {
      names.set(`${part.scope}.${part.field}`, { scope: part.scope, field: part.field });
    }
  }
  return [...names.values()];
}

/**
 * Fills a template in, in one pass: what a value contains is never read as a template again.
 * @throws TemplateError naming the first name that `lookUp` doesn't know.
 */
export function renderTemplate(
  text: string,
  lookUp: (scope: string, field: string) => string | undefined,
): string {
  return parseTemplate(text)
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const value = lookUp(part.scope, part.field);
      if (value === undefined)
        throw new TemplateError(`\`\${${part.scope}.${part.field}}\` has no value here`);
      return value;
    })
    .join('');
}
