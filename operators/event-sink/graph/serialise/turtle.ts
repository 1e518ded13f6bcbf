import { prefixes } from '../../vocabulary/context.ts';
import type { Iris } from '../../vocabulary/iris.ts';
import { RDF, XSD } from '../../vocabulary/namespaces.ts';
import type { Term, Triple } from '../quad.ts';
import { quoted } from './n-triples.ts';

/** A local name that needs no escapes; a dot may be within. */
const localName = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;

/** Datatypes whose canonical forms stand for themselves. */
const bare = new Set(['integer', 'decimal', 'boolean'].map((name) => XSD + name));

/** Statements as Turtle 1.1, grouped by what they are about, for people to read. */
export function turtle(triples: readonly Triple[], iris: Iris): string {
  const known = Object.entries(prefixes(iris));
  const short = (iri: string): string => {
    const [prefix, namespace] = known.find(([, start]) => iri.startsWith(start)) ?? ['', iri];
    const local = iri.slice(namespace.length);
    return localName.test(local) ? `${prefix}:${local}` : `<${iri}>`;
  };
  const head = known.map(([prefix, namespace]) => `@prefix ${prefix}: <${namespace}> .\n`).join('');
  const subjects = Map.groupBy(triples, ({ subject }) => subject);
  return head + [...subjects].map(([subject, own]) => `\n${paragraph(subject, own, short)}`).join('');
}

type Short = (iri: string) => string;

function paragraph(subject: string, triples: readonly Triple[], short: Short): string {
  const predicates = Map.groupBy(triples, ({ predicate }) => predicate);
  const lines = [...predicates].map(([predicate, own]) => {
    const verb = predicate === `${RDF}type` ? 'a' : short(predicate);
    return `${verb} ${own.map(({ object }) => objectText(object, short)).join(', ')}`;
  });
  return `<${subject}>\n    ${lines.join(' ;\n    ')} .\n`;
}

function objectText(object: Term, short: Short): string {
  if (object.type === 'iri') return short(object.value);
  const { value, datatype } = object;
  if (datatype === `${XSD}string`) return quoted(value);
  return bare.has(datatype) ? value : `${quoted(value)}^^${short(datatype)}`;
}
