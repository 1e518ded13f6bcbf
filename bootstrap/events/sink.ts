import { createReach, createTransport, loadCluster } from '@hearth/runtime';
import { Failure } from '../failure.ts';
import { SYSTEM_NAMESPACE } from '../install/home.ts';
import type { Kubectl } from '../kubectl.ts';
import { Away, askSink, type SinkClient } from './ask-sink.ts';

/** The Service of the event sink, and the audience of the tokens that it takes. */
const SINK = 'hearth-events';
const PORT = 80;
/** As whom kiko asks: the account may see everything, and its tokens can be made by who administers the cluster. */
const ACCOUNT = 'kiko';

/** The event sink of a home, and how to give it up. */
export interface OpenSink extends SinkClient {
  close(): Promise<void>;
}

/** Opens the sink through the API server. @throws Failure where the home has none. */
export async function openSink(kubectl: Kubectl, kubeconfig: string): Promise<OpenSink> {
  const inSystem = ['-n', SYSTEM_NAMESPACE];
  if ((await kubectl(['get', 'service', SINK, ...inSystem, '--ignore-not-found', '-o', 'name'])) === '') {
    throw new Failure('The home has no event sink: kiko up --local installs it.');
  }
  const cluster = await loadCluster({ kubeconfig });
  const transport = createTransport(cluster);
  const reaching = createReach(cluster, transport);
  const origin = async () => {
    const { host, port } = await reaching.reach({ namespace: SYSTEM_NAMESPACE, name: SINK }, PORT);
    return `http://${host}:${port}`;
  };
  const token = async () =>
    (await kubectl(['create', 'token', ACCOUNT, ...inSystem, `--audience=${SINK}`, '--duration=1h'])).trim();
  return {
    ...askSink({ origin: () => orAway(origin), token: () => orAway(token) }),
    async close() {
      await reaching.close();
      await transport.close();
    },
  };
}

/** What the API server can't do now, it may be able to do a little later: it, or the sink, is starting. */
async function orAway<T>(reach: () => Promise<T>): Promise<T> {
  try {
    return await reach();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Away(
      `The event sink can’t be reached (${why}): kubectl get pods -n ${SYSTEM_NAMESPACE} says how it is.`,
      { cause },
    );
  }
}
