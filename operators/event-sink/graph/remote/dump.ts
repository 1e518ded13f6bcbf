import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Iris } from '../../vocabulary/iris.ts';
import { XSD } from '../../vocabulary/namespaces.ts';
import { iri, type Quad } from '../quad.ts';
import { nQuadLine } from '../serialise/n-triples.ts';
import type { SparqlClient } from './client.ts';
import { positionGraph } from './update.ts';

const node = z.object({ type: z.literal('uri'), value: z.string() });
const term = z.union([
  node,
  z.object({
    type: z.enum(['literal', 'typed-literal']),
    value: z.string(),
    datatype: z.string().default(`${XSD}string`),
  }),
]);

/** SPARQL 1.1 Query Results JSON Format. */
const results = <Row extends z.ZodType>(row: Row) =>
  z.object({ results: z.object({ bindings: z.array(row) }) });

const graphRows = results(z.object({ g: node }));
const quadRows = results(z.object({ g: node, s: node, p: node, o: term }));
const countRows = results(z.object({ n: z.object({ value: z.string() }) }));

const json = 'application/sparql-results+json';

/** The graphs of the home that are in a server. */
export async function graphsIn(client: SparqlClient, iris: Iris, signal: AbortSignal): Promise<string[]> {
  const answer = await client.query('SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }', json, undefined, signal);
  const { results } = graphRows.parse(JSON.parse(answer));
  return results.bindings
    .map(({ g }) => g.value)
    .filter((graph) => graph.startsWith(iris.base) && graph !== positionGraph(iris));
}

/** How far the server has followed the log; undefined where it never did. */
export async function positionIn(
  client: SparqlClient,
  iris: Iris,
  signal: AbortSignal,
): Promise<number | undefined> {
  const graph = positionGraph(iris);
  const sparql = `SELECT ?n { GRAPH <${graph}> { <${graph}> <${iris.term('seq')}> ?n } }`;
  const { results } = countRows.parse(JSON.parse(await client.query(sparql, json, undefined, signal)));
  const [first] = results.bindings;
  return first === undefined ? undefined : Number(first.n.value);
}

/** As many graphs as are asked for at once. */
const batch = 100;

/** SHA-256 of all that the server has of the home, in its canonical form (RDFC-1.0), in hex. */
export async function hashOf(client: SparqlClient, iris: Iris, signal: AbortSignal): Promise<string> {
  const graphs = await graphsIn(client, iris, signal);
  const lines: Buffer[] = [];
  for (let at = 0; at < graphs.length; at += batch) {
    const names = graphs.slice(at, at + batch).map((graph) => `<${graph}>`);
    const sparql = `SELECT ?g ?s ?p ?o { VALUES ?g { ${names.join(' ')} } GRAPH ?g { ?s ?p ?o } }`;
    const { results } = quadRows.parse(JSON.parse(await client.query(sparql, json, undefined, signal)));
    for (const row of results.bindings) lines.push(Buffer.from(nQuadLine(quadOf(row))));
  }
  const hash = createHash('sha256');
  for (const line of lines.sort(Buffer.compare)) hash.update(line);
  return hash.digest('hex');
}

const quadOf = ({ g, s, p, o }: z.infer<typeof quadRows>['results']['bindings'][number]): Quad => ({
  graph: g.value,
  subject: s.value,
  predicate: p.value,
  object: o.type === 'uri' ? iri(o.value) : { type: 'literal', value: o.value, datatype: o.datatype },
});
