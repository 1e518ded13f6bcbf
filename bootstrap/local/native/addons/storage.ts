import { restricted } from './security.ts';

const NAMESPACE = 'local-path-storage';
const NAME = 'local-path-provisioner';
const LABELS = { app: NAME };
const META = { name: NAME, namespace: NAMESPACE };
const RBAC = 'rbac.authorization.k8s.io';
const SUBJECTS = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }];

/** The images that storage needs. */
export interface StorageImages {
  readonly provisioner: string;
  /** Makes and removes a volume's folder. */
  readonly helper: string;
}

/** Volumes as folders below `folder` of the host, by the default StorageClass `local-path`, as k3s has it. */
export const storageManifests = (images: StorageImages, folder: string): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: META },
  ...access(),
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: META, data: configuration(images.helper, folder) },
  deployment(images.provisioner),
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path',
    volumeBindingMode: 'WaitForFirstConsumer',
    reclaimPolicy: 'Delete',
  },
];

const configuration = (helper: string, folder: string) => ({
  'config.json': JSON.stringify({
    nodePathMap: [{ node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: [folder] }],
    setupCommand: '/volume',
    teardownCommand: '/volume',
  }),
  'helperPod.yaml': JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'helper-pod' },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'helper-pod', image: helper, imagePullPolicy: 'Never' }],
    },
  }),
});

const access = (): object[] => [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: META,
    rules: [
      {
        apiGroups: [''],
        resources: ['pods'],
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'],
      },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: META,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: NAME },
    subjects: SUBJECTS,
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: `hearth:${NAME}` },
    rules: clusterRules(),
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `hearth:${NAME}` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: `hearth:${NAME}` },
    subjects: SUBJECTS,
  },
];

const READ = ['get', 'list', 'watch'];

const clusterRules = (): object[] => [
  {
    apiGroups: [''],
    resources: ['nodes', 'persistentvolumeclaims', 'configmaps', 'pods', 'pods/log'],
    verbs: READ,
  },
  {
    apiGroups: [''],
    resources: ['persistentvolumes'],
    verbs: [...READ, 'create', 'patch', 'update', 'delete'],
  },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: READ },
];

const deployment = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: META,
  spec: {
    replicas: 1,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        serviceAccountName: NAME,
        ...restricted.pod(65532),
        containers: [container(image)],
        volumes: [{ name: 'config', configMap: { name: NAME } }],
      },
    },
  },
});

const container = (image: string) => ({
  name: NAME,
  image,
  imagePullPolicy: 'Never',
  args: [
    'start',
    '--config',
    '/etc/config/config.json',
    '--configmap-name',
    NAME,
    '--service-account-name',
    NAME,
  ],
  env: [
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'CONFIG_MOUNT_PATH', value: '/etc/config/' },
  ],
  resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
  volumeMounts: [{ name: 'config', mountPath: '/etc/config', readOnly: true }],
  ...restricted.container(),
});
