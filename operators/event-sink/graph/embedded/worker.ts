import { parentPort, workerData } from 'node:worker_threads';
import type { Reply, Request, WorkerData } from './protocol.ts';
import { createStore } from './store.ts';

/** The thread that has a store: what runs in it can't be stopped otherwise than with the thread. */
const store = createStore(workerData as WorkerData);

function answer(request: Request): unknown {
  switch (request.call) {
    case 'load':
      store.load(request.argument.states, request.argument.activities);
      return store.room();
    case 'apply':
      store.apply(request.argument);
      return store.room();
    case 'admit':
      return store.admit(request.argument);
    case 'query':
      return store.query(request.argument);
    case 'canonicalHash':
      return store.canonicalHash();
  }
}

function reply(request: Request): Reply {
  try {
    return { result: answer(request) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: Request) => parentPort?.postMessage(reply(request)));
