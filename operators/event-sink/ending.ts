import type { Graph } from './graph/graph.ts';
import type { Projection } from './project.ts';

/** What answers questions. */
interface Answering {
  readonly server: { close(): Promise<unknown> };
  readonly projection: Projection;
  readonly graph: Pick<Graph, 'close'>;
}

/**
 * Ends what answers, when those who were let in have their answers. The projection may be waiting for a graph that takes
 * minutes to build, or can't be built: it is the graph's end that lets it go.
 */
export async function endAnswering({ server, projection, graph }: Answering): Promise<void> {
  await server.close();
  const told = projection.stop();
  await graph.close();
  await told;
}
