import { Namespace, type Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { refuseUnplaceable } from './pod-security.ts';

const enforce = 'pod-security.kubernetes.io/enforce';
const namespace = (level: string | undefined): Resource => ({
  apiVersion: Namespace.apiVersion,
  kind: Namespace.kind,
  metadata: { name: 'home', labels: level === undefined ? {} : { [enforce]: level } },
});
const tried = (workload: object, level?: string, app = appOf('x')) =>
  refuseUnplaceable(
    inputOf(definitionOf('x', { workloads: [{ name: 'app' }, { name: 'hub', ...workload }] }), app),
    fakeContext({ objects: [namespace(level)] }).read,
  );

const host = { network: 'host' };
const baseline = { security: { level: 'baseline' } };
const root = { security: { runAsUser: 0 } };

it.each([
  ['restricted pods', {}, 'restricted'],
  ['baseline pods', baseline, 'baseline'],
  ['pods as root', root, 'baseline'],
  ['pods on the machine’s network', host, 'privileged'],
  ['pods on the machine’s network, where nothing is enforced', host, undefined],
])('lets in %s', async (_, workload, level) => {
  await expect(tried(workload, level)).resolves.toBeUndefined();
});

it.each([
  ['the machine’s network', host, 'baseline', `needs the machine’s own network, .*${enforce}=privileged\\.$`],
  ['root', root, 'restricted', `needs to run as root, .*${enforce}=baseline\\.$`],
  ['a lower level', baseline, 'restricted', `needs more than the restricted .*${enforce}=baseline\\.$`],
])('refuses %s where the namespace does', async (_, workload, level, message) => {
  await expect(tried(workload, level)).rejects.toMatchObject({
    reason: 'PodsNotAllowed',
    message: expect.stringMatching(`^Workload hub ${message}`),
    detail: { after: expect.any(Number) },
  });
});

it('refuses devices, wherever', async () => {
  await expect(tried({ devices: ['/dev/dri', 'usb:10c4:ea60'] }, 'privileged')).rejects.toMatchObject({
    reason: 'DevicesNotSupported',
    message: expect.stringMatching(/^Workload hub needs \/dev\/dri, usb:10c4:ea60 of a machine, .*\.$/),
  });
});

it('asks nothing of an App that runs elsewhere', async () => {
  const external = appOf('x', { external: { host: 'nas.lan', ports: [{ name: 'http', port: 80 }] } });
  await expect(tried({ devices: ['/dev/dri'], ...host }, 'baseline', external)).resolves.toBeUndefined();
});
