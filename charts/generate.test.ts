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
  readonly rules: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
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
  // Identity and the event sink are processes of their own, with none of the operators' rights.
  const others = ['domain', 'runtime', 'identity', 'event-sink'];
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
