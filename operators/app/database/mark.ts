/** Whose a database or role is. It stands, as JSON, in the comment of both, where every tool shows it. */
export interface Mark {
  /** The home's id: several homes may share a server. */
  readonly home: string;
  /** Of the Database resource. */
  readonly namespace: string;
  /** Of the Database resource. */
  readonly name: string;
  /** The definition of the App that it is for; what was retained goes back only to the same. */
  readonly definition?: string | undefined;
  /** When its Database was deleted and the data kept (ISO 8601). Absent while the Database lives. */
  readonly retained?: string | undefined;
}

/** How something that is there stands to who asks. */
export type Standing =
  | { readonly is: 'absent' }
  | { readonly is: 'ours' }
  /** Ours once, and kept: it may be taken back. */
  | { readonly is: 'retained'; readonly since: string }
  /** A database that a pass was cut off from marking. Only its owner, our marked role, says that it is ours. */
  | { readonly is: 'unfinished' }
  /** Anything else, marked or not: never used, changed or dropped. `whose` completes "it …". */
  | { readonly is: 'foreign'; readonly whose: string };

/** The comment that carries a mark. */
export function writeMark({ home, namespace, name, definition, retained }: Mark): string {
  return JSON.stringify({ hearth: { home, namespace, name, definition, retained } });
}

/** How an object with this comment stands to the owner that `mark` names. */
export function standingOf(comment: string | null, mark: Mark): Standing {
  const found = readMark(comment);
  if (found === undefined) return { is: 'foreign', whose: 'was not made by Hearth' };
  if (found.home !== mark.home) return { is: 'foreign', whose: whoseOf(found.home) };
  const same = found.namespace === mark.namespace && found.name === mark.name;
  if (!same) return { is: 'foreign', whose: `belongs to Database ${found.namespace}/${found.name}` };
  if (found.definition !== mark.definition) {
    return {
      is: 'foreign',
      whose: `${found.retained ? 'is kept for' : 'belongs to'} ${found.definition ?? 'no app'}, which this Database is not for`,
    };
  }
  return found.retained === undefined ? { is: 'ours' } : { is: 'retained', since: found.retained };
}

/** A Home without spec.id that is made anew has another id than it had. */
const whoseOf = (home: string): string =>
  `belongs to another home (${home}), or to this one before its Home was made anew: then make that again with spec.id ${home}`;

/** The mark in a comment; undefined where there is none, or none that Hearth wrote. */
function readMark(comment: string | null): Mark | undefined {
  const mark = field(parse(comment), 'hearth');
  const [home, namespace, name] = [text(mark, 'home'), text(mark, 'namespace'), text(mark, 'name')];
  if (home === undefined || namespace === undefined || name === undefined) return undefined;
  return { home, namespace, name, definition: text(mark, 'definition'), retained: text(mark, 'retained') };
}

function parse(comment: string | null): unknown {
  try {
    return JSON.parse(comment ?? 'null');
  } catch {
    return undefined; // a comment in someone's own words
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}
