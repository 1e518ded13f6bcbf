import { type KindDefinition, kinds } from '@hearth/domain';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../e2e/harness/control-plane.ts';
import { installDefinitions } from '../e2e/harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../e2e/harness/kubectl.ts';
import { maximalObjects } from './testing/maximal.ts';

let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  // A plane of its own: a cluster has one Home, and these tests make it and take it away.
  plane = await startControlPlane();
  kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
});
afterAll(() => plane?.stop());

/** What kubectl prints as JSON. */
async function json(args: readonly string[], object?: unknown) {
  const answer = await kubectl([...args, '-o', 'json'], object);
  expect(answer.stderr).toBe('');
  return JSON.parse(answer.stdout);
}

function kindOf(name: string): KindDefinition {
  const kind = kinds.find((candidate) => candidate.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

describe.each(kinds)('$kind', (kind) => {
  const { plural, group, singular, shortNames } = kind;

  test('is structural and established', async () => {
    const { status } = await json(['get', 'crd', `${plural}.${group}`]);
    const holds = (type: string) =>
      status.conditions.find((condition: { type: string }) => condition.type === type)?.status;
    expect(holds('Established')).toBe('True');
    expect(holds('NamesAccepted')).toBe('True');
    expect(holds('NonStructuralSchema')).toBeUndefined();
  });

  test('is explained, down to its fields', async () => {
    // The API server publishes a kind's OpenAPI a moment after it serves the kind.
    const explained = await vi.waitFor(
      async () => {
        const answer = await kubectl(['explain', `${plural}.${group}`, '--recursive']);
        expect(answer.stderr).toBe('');
        return answer;
      },
      { timeout: 30_000, interval: 500 },
    );
    expect(explained.stdout).toContain(kind.description.slice(0, 40));
    for (const field of Object.keys(kind.spec.shape)) expect(explained.stdout).toContain(`\n    ${field}\t`);
  });

  test('is found by each of its names', async () => {
    for (const name of [plural, singular, ...shortNames, `${plural}.${group}`])
      expect(await kubectl(['get', name, '-A'])).toMatchObject({ ok: true });
  });
});

describe('an object comes back as it went', () => {
  test.each(maximalObjects)('%s', async (_, sent) => {
    const { spec, status } = kindOf(sent.kind);
    const created = await json(['create', '--validate=strict', '-f', '-'], sent);
    expect(created.spec).toMatchObject(sent.spec);
    expect(spec.parse(created.spec)).toEqual(spec.parse(sent.spec));
    expect(created.status).toEqual({ observedGeneration: -1 });

    if (sent.status !== undefined) {
      const metadata = created.metadata;
      const replaced = await json(['replace', '--subresource=status', '--validate=strict', '-f', '-'], {
        ...sent,
        metadata,
      });
      expect(replaced.status).toEqual(sent.status);
      expect(status.parse(replaced.status)).toEqual(status.parse(sent.status));
    }
    expect(await kubectl(['delete', '-f', '-'], sent)).toMatchObject({ ok: true });
  });
});

test('defaults are filled in, those of nested objects too', async () => {
  const least = {
    apiVersion: 'apps.hearth.dev/v1alpha1',
    kind: 'AppDefinition',
    metadata: { name: 'least' },
    spec: {
      title: 'Least',
      versions: [{ version: '1', images: { app: 'example.org/app:1' } }],
      workloads: [{ name: 'app', probes: { ready: {} } }],
      secrets: [{ name: 'key' }],
    },
  };
  const { spec } = await json(['create', '--dry-run=server', '-f', '-'], least);
  expect(spec).toEqual(kindOf('AppDefinition').spec.parse(least.spec));
  expect(spec.workloads[0].security).toEqual({
    runAsUser: 1000,
    runAsGroup: 1000,
    readOnlyRoot: true,
    level: 'restricted',
  });
});

test('kubectl get hearth lists every kind in columns that people read', async () => {
  for (const [, object] of maximalObjects) await kubectl(['create', '-f', '-'], object);
  const { stdout, ok } = await kubectl(['get', 'hearth', '-A']);
  expect(ok).toBe(true);
  for (const { singular, group, columns } of kinds) {
    expect(stdout).toContain(`${singular}.${group}/`);
    for (const { name, priority } of columns)
      if (priority !== 1) expect(stdout).toContain(name.toUpperCase());
  }
});

test('all parts of a list are told apart when two apply it', async () => {
  const app = (settings: object) => ({
    apiVersion: 'apps.hearth.dev/v1alpha1',
    kind: 'App',
    metadata: { name: 'merged', namespace: 'default' },
    spec: { definition: 'miniflux', ...settings },
  });
  const apply = (manager: string, object: object) =>
    json(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'], object);
  await apply('anna', app({ integrations: [{ name: 'db' }], settings: { poll: 30 } }));
  const { spec } = await apply(
    'ben',
    app({ integrations: [{ name: 'sso', mode: 'Off' }], settings: { dark: true } }),
  );
  expect(spec.integrations.map(({ name }: { name: string }) => name).sort()).toEqual(['db', 'sso']);
  expect(spec.settings).toEqual({ poll: 30, dark: true });
});

test('rules over the largest definition that the bounds allow stay within what they may cost', async () => {
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  const env = (count: number) =>
    Object.fromEntries(
      many(count, (index) => [`V${index}`, '${s15.uri}x${s15.host}y${settings.a}z${secret.k}']),
    );
  const largest = {
    apiVersion: 'apps.hearth.dev/v1alpha1',
    kind: 'AppDefinition',
    metadata: { name: 'largest' },
    spec: {
      title: 'Largest',
      versions: many(50, (index) => ({
        version: `1.${index}`,
        images: Object.fromEntries(many(8, (workload) => [`w${workload}`, 'example.org/app:1'])),
      })),
      workloads: many(8, (index) => ({ name: `w${index}`, env: env(64) })),
      integrations: many(16, (index) => ({ name: `s${index}`, kind: 'Database', env: env(32) })),
      secrets: [{ name: 'k' }],
      settings: { a: { type: 'string' } },
    },
  };
  expect(await kubectl(['create', '--dry-run=server', '-f', '-'], largest)).toMatchObject({ ok: true });
});

describe('a setting is a plain value, though the API server has no type for that', () => {
  const taken = (value: unknown) =>
    kubectl(['create', '--dry-run=server', '-f', '-'], {
      apiVersion: 'apps.hearth.dev/v1alpha1',
      kind: 'App',
      metadata: { name: 'plain', namespace: 'default' },
      spec: { definition: 'miniflux', settings: { value } },
    });
  test.each(['text', 30, 0.5, true, ''])('%j is taken', async (value) => {
    expect(await taken(value)).toMatchObject({ ok: true });
  });
  test.each([{}, [], { a: 1 }, [1], 'x'.repeat(1025)])('%j is refused', async (value) => {
    expect(await taken(value)).toMatchObject({ ok: false });
  });
});
