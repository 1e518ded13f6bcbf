import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { chartFiles } from './generate.ts';

const files = new Map(
  (await chartFiles()).map(({ path, content }) => [path.slice(path.lastIndexOf('/') + 1), content]),
);

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly rules: readonly {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly subjects?: readonly { readonly name: string }[];
}

const rolesIn = (file: string) => loadAll(files.get(file) ?? '') as Role[];

describe('people who may view or edit a namespace', () => {
  const [view, edit, reader, binding] = rolesIn('people.yaml');

  test('see apps, plans and integrations', () => {
    expect(view?.rules.flatMap(({ resources }) => resources)).toEqual([
      'apps',
      'plans',
      'databases',
      'routes',
      'ssoclients',
      'connections',
    ]);
    expect(view?.rules.flatMap(({ verbs }) => verbs)).toEqual(['get', 'list', 'watch']);
    expect(view?.metadata.labels).toHaveProperty(['rbac.authorization.k8s.io/aggregate-to-view'], 'true');
  });

  test('write apps and integrations, and nothing that owns the home', () => {
    expect(edit?.rules.flatMap(({ resources }) => resources)).toEqual([
      'apps',
      'databases',
      'routes',
      'ssoclients',
      'connections',
    ]);
    expect(edit?.metadata.labels).not.toHaveProperty(['rbac.authorization.k8s.io/aggregate-to-view']);
  });

  test('read the catalogue, as everybody does, and not the home, which may name secret addresses', () => {
    expect(reader?.rules.flatMap(({ resources }) => resources)).toEqual(['appdefinitions']);
    expect(reader?.rules.map(({ verbs }) => verbs)).toEqual([['get', 'list', 'watch']]);
    expect(binding).toMatchObject({
      kind: 'ClusterRoleBinding',
      roleRef: { kind: 'ClusterRole', name: 'hearth-catalogue-viewer' },
      subjects: [{ kind: 'Group', name: 'system:authenticated' }],
    });
  });
});

describe('a slice', () => {
  // Identity, the event sink and the agent are processes of their own, with none of the operators' rights.
  const others = ['domain', 'runtime', 'pages', 'identity', 'event-sink', 'agent'];
  const slices = readdirSync(join(import.meta.dirname, '../operators'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !others.includes(entry.name))
    .map(({ name }) => name);

  test.each(slices)('%s has its rights where it runs, bound to the operators', (slice) => {
    const content = files.get(`rbac-${slice}.yaml`);
    expect(content).toMatch(new RegExp(`^{{- if has "${slice}" .Values.controllers }}\\n`));
    expect(content).toContain('name: hearth-operators');
    // Rights to everything would make the lists beside the code meaningless.
    expect(content).not.toContain("'*'");
  });
});

describe('the event sink', () => {
  const content = files.get('rbac-event-sink.yaml') ?? '';
  const objects = loadAll(
    content.replaceAll(/^\{\{.*\}\}\n/gm, '').replaceAll(/\{\{.*?\}\}/g, 'own'),
  ) as Role[];
  const rules = objects.flatMap((object) => object.rules ?? []);

  test('has its rights where it runs, bound to an account of its own', () => {
    expect(content).toMatch(/^{{- if .Values.eventSink.enabled }}\n/);
    expect(content).not.toContain('hearth-operators');
    const subjects = objects.flatMap((object) => object.subjects ?? []);
    expect(new Set(subjects.map(({ name }) => name))).toEqual(new Set(['hearth-events']));
  });

  test('reads, and no Secret', () => {
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources).toContain('apps');
    expect(resources).not.toContain('secrets');
    expect(content).not.toContain("'*'");
    const reviews = ['tokenreviews', 'subjectaccessreviews'];
    for (const { resources: of, verbs, resourceNames } of rules) {
      if (resourceNames !== undefined) continue;
      expect(verbs, of.join()).toEqual(reviews.includes(of[0] ?? '') ? ['create'] : ['get', 'list', 'watch']);
    }
  });

  test('writes nothing but its checkpoint', () => {
    expect(rules.filter(({ verbs }) => verbs.includes('patch'))).toEqual([
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['hearth-events-checkpoint'],
        verbs: ['get', 'patch'],
      },
    ]);
  });
});
