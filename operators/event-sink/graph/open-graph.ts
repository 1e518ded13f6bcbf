import { type EmbeddedOptions, embeddedGraph } from './embedded/embedded-graph.ts';
import type { Graph } from './graph.ts';
import type { Endpoints } from './remote/client.ts';
import { remoteGraph } from './remote/remote-graph.ts';

/** Opens the graph: on a SPARQL server, if one is given; else in this process. */
export const openGraph = (server: Endpoints | undefined, options: EmbeddedOptions): Graph =>
  server === undefined
    ? embeddedGraph(options)
    : remoteGraph({ source: options.source, iris: options.iris, log: options.log, endpoints: server });
