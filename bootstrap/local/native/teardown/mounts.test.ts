import { expect, test } from 'vitest';
import { mountsBelow } from './mounts.ts';

const MOUNTINFO = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
42 27 254:0 /root/.hearth/local/test/kubelet /root/.hearth/local/test/kubelet rw,relatime shared:1 - ext4 /dev/vda rw
43 42 0:39 / /root/.hearth/local/test/kubelet/pods/f157/volumes/kubernetes.io~projected/kube-api-access rw shared:2 - tmpfs tmpfs rw,size=131072k
46 27 0:4 net:[4026532178] /root/.hearth/local/test/containerd/state/netns/cni-ea23 rw - nsfs nsfs rw
47 27 0:42 / /root/.hearth/local/test/with\\040a\\040space rw - tmpfs shm rw
50 27 0:43 / /root/.hearth/local/test2/containerd rw - overlay overlay rw
`;

test('finds what is mounted at or below the folder, the last one first', () => {
  expect(mountsBelow(MOUNTINFO, '/root/.hearth/local/test')).toEqual([
    '/root/.hearth/local/test/with a space',
    '/root/.hearth/local/test/containerd/state/netns/cni-ea23',
    '/root/.hearth/local/test/kubelet/pods/f157/volumes/kubernetes.io~projected/kube-api-access',
    '/root/.hearth/local/test/kubelet',
  ]);
});

test('takes no neighbour whose name begins the same', () => {
  expect(mountsBelow(MOUNTINFO, '/root/.hearth/local/tes')).toEqual([]);
});
