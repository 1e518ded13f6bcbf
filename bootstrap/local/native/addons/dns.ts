import { NETWORK } from '../network.ts';
import { restricted } from './security.ts';

const LABELS = { 'k8s-app': 'kube-dns' };
const META = { namespace: 'kube-system', labels: LABELS };

/**
 * What CoreDNS serves. Rules from the optional ConfigMap `coredns-custom` are imported into the one server block
 * and picked up without a restart, as on k3s. It listens on a high port so as to need no privilege.
 */
export const corefile = (): string => `.:1053 {
    errors
    health :8080
    ready :8181
    import /etc/coredns/custom/*.override
    kubernetes ${NETWORK.clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    forward . /etc/resolv.conf
    cache 30
    reload 2s
}
import /etc/coredns/custom/*.server
`;

/** CoreDNS as the cluster's name server, at the address that every pod is told. */
export const dnsManifests = (image: string): object[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'coredns', ...META } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'hearth:coredns' },
    rules: [
      {
        apiGroups: [''],
        resources: ['endpoints', 'services', 'pods', 'namespaces'],
        verbs: ['list', 'watch'],
      },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'hearth:coredns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'hearth:coredns' },
    subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: 'kube-system' }],
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', ...META },
    data: { Corefile: corefile() },
  },
  deployment(image),
  service(),
];

const service = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', ...META },
  spec: {
    clusterIP: NETWORK.dnsAddress,
    selector: LABELS,
    ports: [
      { name: 'dns', port: 53, targetPort: 1053, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 1053, protocol: 'TCP' },
    ],
  },
});

const deployment = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'coredns', ...META },
  spec: {
    replicas: 1,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        serviceAccountName: 'coredns',
        priorityClassName: 'system-cluster-critical',
        dnsPolicy: 'Default',
        tolerations: [{ operator: 'Exists' }],
        ...restricted.pod(65532),
        containers: [container(image)],
        volumes: [
          { name: 'config', configMap: { name: 'coredns' } },
          { name: 'custom', configMap: { name: 'coredns-custom', optional: true } },
        ],
      },
    },
  },
});

const container = (image: string) => ({
  name: 'coredns',
  image,
  imagePullPolicy: 'Never',
  args: ['-conf', '/etc/coredns/Corefile'],
  ports: [
    { name: 'dns', containerPort: 1053, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 1053, protocol: 'TCP' },
  ],
  readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
  livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 30 },
  resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '170Mi' } },
  volumeMounts: [
    { name: 'config', mountPath: '/etc/coredns', readOnly: true },
    { name: 'custom', mountPath: '/etc/coredns/custom', readOnly: true },
  ],
  ...restricted.container(),
});
