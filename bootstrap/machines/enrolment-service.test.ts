import { expect, test } from 'vitest';
import { type ClusterNode, type EnrolmentService, enrolmentUrl } from './enrolment-service.ts';

const node: ClusterNode = {
  status: {
    addresses: [
      { type: 'Hostname', address: 'pi' },
      { type: 'InternalIP', address: '192.168.1.5' },
    ],
  },
};
const service = (ingress: readonly object[], nodePort?: number): EnrolmentService => ({
  spec: { ports: [{ port: 8443, ...(nodePort ? { nodePort } : {}) }] },
  status: { loadBalancer: { ingress } },
});

test.each<[string, EnrolmentService, readonly ClusterNode[], string | undefined]>([
  [
    'an address that it was given',
    service([{ ip: '192.168.1.9' }], 30443),
    [node],
    'https://192.168.1.9:8443',
  ],
  ['a name', service([{ hostname: 'nio.home' }]), [node], 'https://nio.home:8443'],
  ['an address of IPv6', service([{ ip: 'fd00::9' }]), [node], 'https://[fd00::9]:8443'],
  ['a port of the nodes', service([], 30443), [node], 'https://192.168.1.5:30443'],
  [
    'an address that is still to come',
    { spec: { ports: [{ port: 8443, nodePort: 30443 }] } },
    [node],
    'https://192.168.1.5:30443',
  ],
  ['nothing that leads in', service([]), [node], undefined],
  ['no port', { spec: {} }, [node], undefined],
  ['no node that says where it is', service([], 30443), [{}], undefined],
])('machines reach NIO by %s', (_, of, nodes, url) => {
  expect(enrolmentUrl(of, nodes)).toBe(url);
});
