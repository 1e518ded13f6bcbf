import type { Iris } from '../../vocabulary/iris.ts';
import type { Activity, Changes, StateChange } from '../changes.ts';

/** Where the store says itself how far it is: what follows the log need not keep that anywhere else. */
export const positionGraph = (iris: Iris): string => `${iris.base}-/projection`;

/**
 * An update (SPARQL 1.1) that makes the graphs say what the changes say. Servers carry out a request as a whole, or up
 * to some point; done once more it leads to the same, and where the store is, is said last.
 */
export const changeUpdate = ({ seq, states, activities }: Changes, iris: Iris, keep: number): string =>
  operations(
    ...states.map(({ graph }) => clearState(graph, iris)),
    insert([...states, ...activities.filter((activity) => activity.seq > seq - keep)]),
    expire(seq - keep, iris),
    moveTo(seq, iris),
  );

/** An update that adds to a store that is being filled. */
export const loadUpdate = (states: readonly StateChange[], activities: readonly Activity[]): string =>
  operations(insert([...states, ...activities]));

/** An update that removes all that is of this home, and nothing else. */
export const clearUpdate = (iris: Iris): string =>
  `DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), ${text(iris.base)})) }`;

/** Says that the store has everything up to an event. */
export const moveUpdate = (seq: number, iris: Iris): string => operations(moveTo(seq, iris));

interface Lines {
  readonly graph: string;
  readonly triples: string;
}

const operations = (...all: readonly string[]): string => all.filter((one) => one !== '').join(' ;\n');

/** Takes away all that a graph says but for the activities in it. */
const clearState = (graph: string, iris: Iris): string =>
  `DELETE { GRAPH <${graph}> { ?s ?p ?o } } WHERE { GRAPH <${graph}> { ?s ?p ?o } ` +
  `FILTER(!STRSTARTS(STR(?s), ${text(`${iris.events}/`)})) }`;

function insert(all: readonly Lines[]): string {
  const blocks = all
    .filter(({ triples }) => triples !== '')
    .map(({ graph, triples }) => `GRAPH <${graph}> {\n${triples}}`);
  return blocks.length === 0 ? '' : `INSERT DATA {\n${blocks.join('\n')}\n}`;
}

/** Takes away the activities up to an event; only activities have a number. */
const expire = (upTo: number, iris: Iris): string =>
  `DELETE { GRAPH ?g { ?activity ?p ?o } } WHERE { GRAPH ?g { ?activity <${iris.term('seq')}> ?n ` +
  `FILTER(?n <= ${upTo} && STRSTARTS(STR(?activity), ${text(`${iris.events}/`)})) ?activity ?p ?o } }`;

function moveTo(seq: number, iris: Iris): string {
  const graph = positionGraph(iris);
  return operations(
    `DELETE WHERE { GRAPH <${graph}> { <${graph}> ?p ?o } }`,
    `INSERT DATA { GRAPH <${graph}> { <${graph}> <${iris.term('seq')}> ${seq} } }`,
  );
}

/** IRIs have no quotes and no backslashes in them. */
const text = (iri: string): string => `"${iri}"`;
