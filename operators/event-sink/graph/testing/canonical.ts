import jsonld from 'jsonld';
import { Parser } from 'n3';
import { canonize } from 'rdf-canonize';

/** What a JSON-LD document says, as canonical N-Quads (RDFC-1.0). Nothing is fetched. */
export async function canonicalJsonLd(document: object): Promise<string> {
  const documentLoader = (url: string): Promise<never> => Promise.reject(new Error(`would fetch ${url}`));
  return canonical(String(await jsonld.toRDF(document, { format: 'application/n-quads', documentLoader })));
}

/** What a text in Turtle, N-Triples or N-Quads says, as canonical N-Quads. */
export const canonicalText = (text: string): Promise<string> =>
  canonize(new Parser({ format: 'application/n-quads' }).parse(text), { algorithm: 'RDFC-1.0' });

/** What a text in Turtle says, as canonical N-Quads. */
export const canonicalTurtle = (text: string): Promise<string> =>
  canonize(new Parser({ format: 'text/turtle' }).parse(text), { algorithm: 'RDFC-1.0' });

const canonical = (nQuads: string): Promise<string> =>
  canonize(nQuads, { inputFormat: 'application/n-quads', algorithm: 'RDFC-1.0' });
