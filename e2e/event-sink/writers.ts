import { setTimeout as pause } from 'node:timers/promises';
import { Group, kindName, User } from '@hearth/domain';
import {
  ConfigMap,
  isNotFound,
  type Kind,
  type Resource,
  resourcePath,
  type Transport,
} from '@hearth/runtime';
import { ownedBySuite } from '../../operators/event-sink/watch/kinds.ts';

/** A change that the API server has told its writer to be done. */
export interface Acknowledged {
  /** The kind, by its `kindName`. */
  readonly of: string;
  readonly type: 'create' | 'update' | 'delete';
  readonly uid: string;
  /** Not of a deletion: the API server does not say it. */
  readonly resourceVersion?: string | undefined;
  /** Who made it: its field manager. */
  readonly writer: string;
}

/** Writers at work. */
export interface Writers {
  /** All that was acknowledged so far, in no order. */
  readonly acknowledged: readonly Acknowledged[];
  /** Resolves when so many changes were. */
  reached(count: number): Promise<void>;
  /** Resolves when all have done their part. */
  readonly done: Promise<void>;
}

/** What writers are told. */
export interface WritersOptions {
  readonly transport: Transport;
  /** Changes in all. */
  readonly changes: number;
  readonly writers: number;
  /** Changes in a second, all together, at most. */
  readonly rate: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** A kind that is written to: how to fill an object. */
export interface WrittenKind {
  readonly kind: Kind;
  readonly of: string;
  readonly fill: (value: string) => object;
}

/** What the writers write: of the whole cluster and of a namespace, custom and core, redacted and not. */
export const writtenKinds: readonly WrittenKind[] = [
  { kind: User, of: kindName(User), fill: (displayName) => ({ spec: { displayName } }) },
  { kind: Group, of: kindName(Group), fill: (title) => ({ spec: { title } }) },
  {
    kind: ConfigMap,
    of: kindName({ group: '', plural: ConfigMap.plural }),
    fill: (value) => ({ data: { value: `hidden ${value}` } }),
  },
];

/** Where the objects are, those that are in a namespace. */
export const writtenNamespace = 'default';

/** An object that one writer has for itself. */
interface Own {
  readonly written: WrittenKind;
  readonly name: string;
  uid?: string | undefined;
}

/** Each writer has so many objects of each kind. */
const OBJECTS = 4;
const DELETIONS = 0.12;

/** Lets writers create, change and delete objects, each its own, whatever happens to the API server meanwhile. */
export function startWriters(options: WritersOptions): Writers {
  const acknowledged: Acknowledged[] = [];
  const pace = createPace(options.rate);
  const work = async (index: number) => {
    const writer = `writer-${index}`;
    const own = writtenKinds.flatMap((written) =>
      Array.from({ length: OBJECTS }, (_, n): Own => ({ written, name: `w${index}-${n}` })),
    );
    for (let count = 0; acknowledged.length < options.changes; count++) {
      await pace();
      const object = own[Math.floor(options.random() * own.length)];
      if (object === undefined) continue;
      const change = await changeOne(options, object, writer, `${writer} ${count}`);
      if (change) acknowledged.push(change);
    }
  };
  return {
    acknowledged,
    async reached(count) {
      while (acknowledged.length < Math.min(count, options.changes)) await pause(5);
    },
    done: Promise.all(Array.from({ length: options.writers }, (_, index) => work(index))).then(
      () => undefined,
    ),
  };
}

/** Changes that come too soon wait. */
function createPace(rate: number): () => Promise<void> {
  let next = performance.now();
  return async () => {
    next = Math.max(next + 1000 / rate, performance.now() - 100);
    await pause(Math.max(0, next - performance.now()));
  };
}

/**
 * Makes one change. Where its answer was lost, it is looked what became of the object: that it is there acknowledges its
 * creation, of other changes nothing is known.
 */
async function changeOne(
  { transport, random }: WritersOptions,
  object: Own,
  writer: string,
  value: string,
): Promise<Acknowledged | undefined> {
  const type = object.uid === undefined ? 'create' : random() < DELETIONS ? 'delete' : 'update';
  const before = object.uid;
  try {
    const answer = await send(transport, object, type, writer, value);
    object.uid = type === 'delete' ? undefined : answer.metadata.uid;
    const { resourceVersion } = type === 'delete' ? {} : answer.metadata;
    return { of: object.written.of, type, uid: before ?? object.uid ?? '', resourceVersion, writer };
  } catch {
    const found = await findMetadata(transport, object);
    object.uid = found?.uid;
    if (type !== 'create' || found?.uid === undefined) return undefined;
    return { of: object.written.of, type, uid: found.uid, resourceVersion: found.resourceVersion, writer };
  }
}

const bodyOf = ({ written: { kind, fill }, name }: Own, value: string) => {
  const [label = '', owner = ''] = ownedBySuite.split('=');
  const namespace = kind.namespaced ? { namespace: writtenNamespace } : {};
  const metadata = { ...namespace, name, labels: { [label]: owner } };
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...fill(value) };
};

function send(
  transport: Transport,
  object: Own,
  type: Acknowledged['type'],
  fieldManager: string,
  value: string,
): Promise<Resource> {
  const { name, written } = object;
  const collection = { namespace: writtenNamespace };
  const path = resourcePath(written.kind, type === 'create' ? collection : { ...collection, name });
  switch (type) {
    case 'create':
      return transport.request({
        method: 'POST',
        path,
        query: { fieldManager },
        body: bodyOf(object, value),
      });
    case 'update': {
      const contentType = 'application/merge-patch+json';
      const body = written.fill(value);
      return transport.request({ method: 'PATCH', path, query: { fieldManager }, body, contentType });
    }
    case 'delete':
      return transport.request({ method: 'DELETE', path });
  }
}

/** The metadata of what has the name now. Waits for the API server. */
async function findMetadata(
  transport: Transport,
  { written, name }: Own,
): Promise<Resource['metadata'] | undefined> {
  for (;;) {
    try {
      const path = resourcePath(written.kind, { namespace: writtenNamespace, name });
      return (await transport.request<Resource>({ method: 'GET', path })).metadata;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      await pause(100);
    }
  }
}
