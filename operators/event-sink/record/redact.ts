import { createHmac, createSecretKey } from 'node:crypto';
import { advance, parsePath, type Step, type Treatment } from './pattern.ts';

/** What is kept of objects, and what is not. */
export interface Redaction {
  /** The salt, at least 32 bytes. With another one, all digests are others. */
  readonly key: Uint8Array;
  /**
   * What to redact beside the {@link defaultPaths}: `PATH`, or `KIND:PATH` for one kind, as `apps.apps.hearth.dev:/spec/…`.
   */
  readonly paths?: readonly string[];
}

/** A value of JSON, redacted. */
export type Redact = (object: Fields) => Fields;

/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** What may be secret, or is none of a log's business, wherever nobody says otherwise. */
const defaultPaths: readonly string[] = [
  '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
  '/**/files/*/content',
  '/**/env/*/value',
  'configmaps.core:/data/*',
  'configmaps.core:/binaryData/*',
  'appdefinitions.apps.hearth.dev:/spec/**/env/*',
  'appdefinitions.apps.hearth.dev:/spec/configure/preStart/*/content',
  'appdefinitions.apps.hearth.dev:/spec/configure/preStart/*/keys/*',
  'appdefinitions.apps.hearth.dev:/spec/configure/postStart/*/body',
  'appdefinitions.apps.hearth.dev:/spec/configure/postStart/**/headers/*',
  // Whoever knows the address of a webhook may write to it.
  'homes.hearth.dev:/spec/notifications/*/url',
  'middlewares.traefik.io:/spec/headers/customRequestHeaders/*',
  'middlewares.traefik.io:/spec/headers/customResponseHeaders/*',
];

/** What changes by itself and says nothing to a person. */
const noise: readonly string[] = [
  '/metadata/managedFields',
  // The event has it. Here it would differ each time, and hide that nothing else does.
  '/metadata/resourceVersion',
  '/metadata/selfLink',
  'deployments.apps:/status/conditions/*/lastUpdateTime',
  'pods.core:/status/conditions/*/lastProbeTime',
  'pods.core:/status/hostIP',
  'pods.core:/status/hostIPs',
  'pods.core:/status/podIP',
  'pods.core:/status/podIPs',
  'pods.core:/status/qosClass',
  ...['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((statuses) =>
    [
      'containerID',
      'state/*/containerID',
      'lastState',
      'volumeMounts',
      'allocatedResources',
      'resources',
    ].map((field) => `pods.core:/status/${statuses}/*/${field}`),
  ),
];

const SHORTEST_KEY = 32;

/** A path of one kind: `KIND:PATH`. */
const QUALIFIED = /^(?<kind>[a-z0-9.-]+):(?<path>.*)$/;

/**
 * Prepares redaction for one kind, by its `kindName`. What is redacted leaves a digest (HMAC-SHA-256) of its value: the
 * same for the same value, so that a change shows, and not to be guessed without the key.
 * @throws where the key is too short or a path is none.
 */
export function createRedact({ key, paths = [] }: Redaction, kindName: string): Redact {
  if (key.length < SHORTEST_KEY)
    throw new Error(`the key of digests must have at least ${SHORTEST_KEY} bytes`);
  const stepsOf = (all: readonly string[], treatment: Treatment) =>
    all.flatMap((text) => {
      const { kind, path = text } = QUALIFIED.exec(text)?.groups ?? {};
      // It is read for every kind, so that a wrong one is found at once.
      const step = parsePath(path, treatment);
      return kind === undefined || kind === kindName ? [step] : [];
    });
  const steps = [...stepsOf(noise, 'drop'), ...stepsOf([...defaultPaths, ...paths], 'digest')];
  // Made once: to make it anew for each value would take five times as long as the digest.
  const secret = createSecretKey(key);
  const digest = (value: unknown) =>
    `hmac-sha256:${createHmac('sha256', secret).update(JSON.stringify(value)).digest('base64url').slice(0, 22)}`;
  return (object) => fieldsAfter(object, steps, digest);
}

type Digest = (value: unknown) => string;

function fieldsAfter(object: Fields, steps: readonly Step[], digest: Digest): Fields {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const kept = valueAfter(name, value, steps, digest);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

/** What is kept of a field or an item; undefined where it is nothing. */
function valueAfter(name: string, value: unknown, before: readonly Step[], digest: Digest): unknown {
  const { treatment, steps } = advance(before, name);
  if (treatment === 'drop') return undefined;
  if (treatment === 'digest') return value === null ? null : digest(value);
  if (typeof value !== 'object' || value === null || steps.length === 0) return value;
  if (!Array.isArray(value)) return fieldsAfter(value as Fields, steps, digest);
  return value
    .map((item, index) => valueAfter(String(index), item, steps, digest))
    .filter((item) => item !== undefined);
}
