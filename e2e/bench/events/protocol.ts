/** What the sink of a benchmark is told to do. */
export type Order =
  /** Records changes of the population, and waits until queries see them. */
  | { readonly do: 'change'; readonly resources: number; readonly from: number; readonly count: number }
  /** Records changes that only the log is to have. */
  | { readonly do: 'record'; readonly resources: number; readonly from: number; readonly count: number }
  /** Makes the graph of the log, and waits until it answers. */
  | { readonly do: 'build' }
  | { readonly do: 'ask'; readonly sparql: string; readonly allowed: 'all' | readonly string[] }
  /** Watches a cluster from now on. */
  | { readonly do: 'watch'; readonly kubeconfig: string }
  | { readonly do: 'stop' };

/** How an order ended. */
export type Outcome =
  | { readonly milliseconds: number; readonly body?: string }
  | { readonly failure: string };

/** What the sink tells by itself. */
export interface Seen {
  /** The resourceVersion of a state that queries see. */
  readonly seen: readonly string[];
  /** When they began to, in milliseconds since 1970. */
  readonly at: number;
}
