import { type ClientMark, identityRefusal } from '@hearth/domain';

/** How something that is there stands to who asks. */
export type Standing =
  | { readonly is: 'absent' }
  | { readonly is: 'ours' }
  /** Anything else, marked or not: never used, changed or removed. `whose` completes "it …". */
  | { readonly is: 'foreign'; readonly whose: string };

/** How something with this mark stands to the owner that `mark` names. */
export function standingOf(found: ClientMark | undefined, mark: ClientMark): Standing {
  if (found === undefined) return { is: 'foreign', whose: 'was not made by Hearth' };
  if (found.home !== mark.home) return { is: 'foreign', whose: whoseOf(found.home) };
  if (found.namespace === mark.namespace && found.name === mark.name) return { is: 'ours' };
  return { is: 'foreign', whose: `belongs to SSOClient ${found.namespace}/${found.name}` };
}

/** A Home without spec.id that is made anew has another id than it had. */
const whoseOf = (home: string): string =>
  `belongs to another home (${home}), or to this one before its Home was made anew: then make that again with spec.id ${home}`;

/** A mark as a text, for providers that have a place for one text. */
export const writeMark = ({ home, namespace, name }: ClientMark): string =>
  JSON.stringify({ hearth: { home, namespace, name } });

/** The mark in a text; undefined where there is none, or none that Hearth wrote. */
export function readMark(text: string | undefined): ClientMark | undefined {
  try {
    return markOf(JSON.parse(text ?? '')?.hearth);
  } catch {
    return undefined; // somebody's own words
  }
}

/** The mark that a value is; undefined where it is none. */
export const markOf = (value: unknown): ClientMark | undefined =>
  identityRefusal.shape.mark.safeParse(value).data;
