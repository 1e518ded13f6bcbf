/** Labels, as they stand in metadata. */
type Labels = { readonly [key: string]: string } | undefined;

/** Whether labels match a selector. */
export type LabelMatch = (labels: Labels) => boolean;

/**
 * Reads a label selector as kubectl takes it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 * @throws where it isn't one.
 */
export function parseSelector(text: string): LabelMatch {
  const terms = text.split(/,(?![^(]*\))/).map((term) => term.trim());
  const matches = terms.filter((term) => term !== '').map(parseTerm);
  return (labels) => matches.every((match) => match(labels));
}

const KEY = '(?<key>[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?)';
const EQUALITY = new RegExp(`^${KEY}\\s*(?<operator>==?|!=)\\s*(?<value>[A-Za-z0-9._-]*)$`);
const MEMBERSHIP = new RegExp(`^${KEY}\\s+(?<operator>in|notin)\\s*\\((?<values>[^)]*)\\)$`);
const EXISTENCE = new RegExp(`^(?<not>!?)\\s*${KEY}$`);

function parseTerm(term: string): LabelMatch {
  const equality = EQUALITY.exec(term)?.groups;
  if (equality) {
    const { key = '', operator, value } = equality;
    return (labels) => (labels?.[key] === value) === (operator !== '!=');
  }
  const membership = MEMBERSHIP.exec(term)?.groups;
  if (membership) {
    const { key = '', operator, values = '' } = membership;
    const allowed = new Set<string | undefined>(values.split(',').map((value) => value.trim()));
    return (labels) => allowed.has(labels?.[key]) === (operator === 'in');
  }
  const existence = EXISTENCE.exec(term)?.groups;
  if (!existence) throw new Error(`"${term}" is not a label selector`);
  const { key = '', not } = existence;
  return (labels) => (labels?.[key] !== undefined) === (not !== '!');
}
