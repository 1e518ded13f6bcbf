import { z } from 'zod';
import {
  containerPath,
  duration,
  environment,
  mapList,
  matching,
  partName,
  port,
  quantity,
  requestPath,
  sequence,
  setList,
  text,
} from './fields.ts';
import type { Immutable } from './immutable.ts';

const workloadPort = z.object({
  name: partName(),
  port: port(),
  protocol: z.enum(['HTTP', 'TCP', 'UDP']).default('TCP'),
});

const volume = z.object({
  name: partName(),
  path: containerPath(),
  size: quantity().default('1Gi'),
  shared: z.boolean().default(false).meta({
    description:
      'It may be named by several workloads; each says so. They then run on one machine: the claim is ReadWriteOnce.',
  }),
});

const readyProbe = z
  .object({
    path: requestPath(255).nullish().meta({
      description:
        'Answers on the first HTTP port, or on `port`. Empty: a connection to `port`; without one, the container just stays up.',
    }),
    port: partName().optional(),
    ok: setList(z.int().min(100).max(599), 16)
      .default([200])
      .meta({
        description:
          'Status codes that mean healthy. To Kubernetes each from 200 to 399 does, named here or not; where one ' +
          'outside of these is named, a connection is all that is tried, and what the app answers is not looked at.',
      }),
    timeout: duration().default('120s').meta({ description: 'How long a start may take.' }),
  })
  .meta({ description: 'When the workload counts as up.' });

const security = z
  .object({
    runAsUser: z.int().min(0).max(2147483647).default(1000),
    runAsGroup: z.int().min(0).max(2147483647).default(1000),
    readOnlyRoot: z.boolean().default(true),
    level: z.enum(['restricted', 'baseline']).default('restricted').meta({
      description: 'The Pod Security level that the image can run under.',
    }),
  })
  .meta({ description: 'How little the container may do.' });

/** One set of pods of an app. Workloads start in the order in which they are written. */
export const workload = z
  .object({
    name: partName(),
    image: partName()
      .optional()
      .meta({ description: 'Which of the version’s images; empty: the one of this name.' }),
    replicas: z
      .int()
      .min(1)
      .max(8)
      .default(1)
      .meta({ description: 'How many pods, for workloads that keep nothing on a volume of their own.' }),
    command: sequence(text(1024), 32).optional(),
    args: sequence(text(1024), 64).optional(),
    ports: mapList(workloadPort, 16)
      .optional()
      .meta({
        rules: [
          {
            rule: 'self.all(p, self.exists_one(q, q.port == p.port && (q.protocol == "UDP") == (p.protocol == "UDP")))',
            message: 'two ports have the same number; each port of a workload needs a number of its own',
          },
        ],
      }),
    volumes: mapList(volume, 16)
      .optional()
      .meta({
        rules: [
          {
            rule: 'self.all(v, self.exists_one(other, other.path == v.path))',
            message: 'two volumes have the same path; each volume of a workload needs a path of its own',
          },
        ],
      }),
    scratch: setList(containerPath(), 16).optional().meta({
      description: 'Folders that the container may write and that are empty at every start.',
    }),
    probes: z.object({ ready: readyProbe.optional() }).optional(),
    devices: setList(
      matching(
        255,
        /^(\/dev\/[A-Za-z0-9/_-]+|usb:[0-9a-f]{4}:[0-9a-f]{4})$/,
        'must be a device of the machine, such as /dev/dri, or a USB stick by id, such as usb:10c4:ea60',
      ),
      8,
    )
      .optional()
      .meta({
        description:
          'Devices of the machine: `/dev/dri`, or a USB stick by id, `usb:10c4:ea60`. Not acted on yet: an App that ' +
          'needs one is refused.',
      }),
    network: z.enum(['pod', 'host']).default('pod').meta({
      description: 'host: the machine’s own network and ports; who may reach them is then not limited.',
    }),
    env: environment(64).optional(),
    resources: z
      .object({ cpu: quantity().optional(), memory: quantity().optional() })
      .optional()
      .meta({ description: 'What it needs; memory is also its limit.' }),
    security: security.default({
      runAsUser: 1000,
      runAsGroup: 1000,
      readOnlyRoot: true,
      level: 'restricted',
    }),
  })
  .meta({
    rules: [
      {
        rule: 'self.replicas == 1 || !has(self.volumes)',
        message: 'a workload with volumes has one replica: two pods can’t write one volume',
      },
    ],
  });
/** A workload of an AppDefinition. */
export type Workload = Immutable<z.infer<typeof workload>>;
