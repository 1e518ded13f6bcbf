import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type KindDefinition, kinds } from '@hearth/domain';
import { type GeneratedFile, manifest } from '../crds/files.ts';

/** What a slice may do, as its `rbac.ts` says beside the code that needs it. */
interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  /** Only in this namespace, or in the `own` of the operators; without it, everywhere. */
  readonly namespace?: string;
}

/** The ServiceAccount of a slice that is a process of its own, and the value of the chart that says whether it runs. */
interface Account {
  readonly name: string;
  readonly runs: string;
}

const slices = join(import.meta.dirname, '../operators');
const generated = 'charts/hearth/templates/generated';
const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' } as const;

/** The roles of the chart: one file for each slice, and what people may do, some of a namespace and some at all. */
export async function chartFiles(): Promise<GeneratedFile[]> {
  const names = readdirSync(slices).filter((name) => existsSync(join(slices, name, 'rbac.ts')));
  const ofSlices = await Promise.all(names.sort().map(sliceFile));
  return [
    ...ofSlices,
    { path: `${generated}/people.yaml`, content: manifest('the kinds', ...peopleRoles(), ...readers()) },
  ];
}

async function sliceFile(slice: string): Promise<GeneratedFile> {
  const { rules, account }: { rules?: readonly PolicyRule[]; account?: Account } = await import(
    pathToFileURL(join(slices, slice, 'rbac.ts')).href
  );
  if (rules === undefined) throw new Error(`operators/${slice}/rbac.ts exports no rules`);
  const content = manifest(
    `operators/${slice}/rbac.ts`,
    ...rolesOf(slice, rules, account?.name ?? operators),
  );
  return { path: `${generated}/rbac-${slice}.yaml`, content: whereItRuns(slice, account, content) };
}

/** A release has only the rights of what it runs. What the runtime needs, every release needs. */
function whereItRuns(slice: string, account: Account | undefined, content: string): string {
  if (slice === 'runtime') return content;
  const condition = account?.runs ?? `has "${slice}" .Values.controllers`;
  return `{{- if ${condition} }}\n${content}{{- end }}\n`;
}

/** A ClusterRole for what holds everywhere and a Role for each namespace, bound to a ServiceAccount. */
function rolesOf(slice: string, rules: readonly PolicyRule[], account: string): object[] {
  const byNamespace = Map.groupBy(rules, ({ namespace }) => (namespace === 'own' ? ownNamespace : namespace));
  return [...byNamespace].flatMap(([namespace, own]) => {
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    const metadata = { name: `hearth-${slice}`, ...(namespace !== undefined && { namespace }) };
    return [
      { ...rbac, kind, metadata, rules: own.map(({ namespace: _, ...rule }) => rule) },
      {
        ...rbac,
        kind: `${kind}Binding`,
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: ownNamespace }],
      },
    ];
  });
}

const ownNamespace = '{{ .Release.Namespace }}';

/** The ServiceAccount of the process that the controllers run in. */
const operators = 'hearth-operators';

/**
 * Kubernetes adds these to its own view and edit roles. They cover apps and integrations; whoever may write the kinds
 * of the whole cluster, or of machines, owns the home, and plans are made by Hearth alone.
 */
function peopleRoles(): object[] {
  const ofApps = kinds.filter(({ namespaced, group }) => namespaced && group === 'apps.hearth.dev');
  const written = ofApps.filter(({ kind }) => kind !== 'Plan');
  return [
    aggregated('view', ['view', 'edit', 'admin'], ofApps, ['get', 'list', 'watch']),
    aggregated('edit', ['edit', 'admin'], written, [
      'create',
      'update',
      'patch',
      'delete',
      'deletecollection',
    ]),
  ];
}

/**
 * Everybody may read the catalogue: who may view a namespace couldn't choose an app otherwise, for a RoleBinding gives
 * nothing of the whole cluster. Not so the Home: the address of a notification channel can be a secret.
 */
function readers(): object[] {
  const metadata = { name: 'hearth-catalogue-viewer' };
  const ofCluster = kinds.filter(({ kind }) => kind === 'AppDefinition');
  return [
    { ...rbac, kind: 'ClusterRole', metadata, rules: rulesOver(ofCluster, ['get', 'list', 'watch']) },
    {
      ...rbac,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' }],
    },
  ];
}

function aggregated(
  name: string,
  into: readonly string[],
  covered: readonly KindDefinition[],
  verbs: readonly string[],
): object {
  const labels = into.map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']);
  const metadata = { name: `hearth-${name}`, labels: Object.fromEntries(labels) };
  return { ...rbac, kind: 'ClusterRole', metadata, rules: rulesOver(covered, verbs) };
}

const rulesOver = (covered: readonly KindDefinition[], verbs: readonly string[]): object[] =>
  [...Map.groupBy(covered, ({ group }) => group)].map(([group, kindsOfGroup]) => ({
    apiGroups: [group],
    resources: kindsOfGroup.map(({ plural }) => plural),
    verbs,
  }));
