import { app, claim, definition } from '../app/objects.ts';
import type { ConditionCase } from './condition-case.ts';

/** A definition whose start needs what only the running app can give. */
const chickenAndEgg = definition('tracker', {
  workloads: [
    {
      name: 'app',
      ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
      env: { API_KEY: '${secret.api-key}' },
    },
  ],
  secrets: [{ name: 'session' }],
  configure: {
    postStart: [{ name: 'key', type: 'http', path: '/api/key', capture: { 'api-key': '/key' } }],
  },
});

const labelsOf = (name: string, of: string) => ({
  'app.kubernetes.io/managed-by': 'hearth',
  'app.kubernetes.io/instance': name,
  'app.kubernetes.io/name': of,
});

/** What an App asks of its definition, or the definition of itself, that can't be. */
export const ofInstalling: readonly ConditionCase[] = [
  {
    wrong: 'a definition that there isn’t',
    bad: app('notes', 'minifux'),
    reason: 'DefinitionMissing',
    says: 'AppDefinition minifux is not in the catalogue; it goes on when there is one.',
  },
  {
    wrong: 'a setting that there isn’t',
    bad: app('notes', 'actual', { settings: { uploadLimt: 5 } }),
    reason: 'InvalidSpec',
    says: 'spec.settings.uploadLimt: `actual` has no setting `uploadLimt`; there is `uploadLimit`.',
  },
  {
    wrong: 'a setting of another type',
    bad: app('notes', 'actual', { settings: { uploadLimit: 'much' } }),
    reason: 'InvalidSpec',
    says: 'spec.settings.uploadLimit: "much" is not an integer.',
  },
  {
    wrong: 'a setting out of bounds',
    bad: app('notes', 'actual', { settings: { uploadLimit: 5000 } }),
    reason: 'InvalidSpec',
    says: 'spec.settings.uploadLimit: 5000 is out of bounds: at least 1 and at most 1000.',
  },
  {
    wrong: 'a running app that is given a bad setting',
    bad: app('notes', 'actual'),
    change: { spec: { settings: { uploadLimit: 0 } } },
    reason: 'InvalidSpec',
    says: 'spec.settings.uploadLimit: 0 is out of bounds: at least 1 and at most 1000.',
  },
  {
    wrong: 'no value for a setting that has no default',
    there: [
      definition('chat', {
        workloads: [{ name: 'app', env: { TOKEN: '${settings.token}' } }],
        settings: { token: { type: 'string' } },
      }),
    ],
    bad: app('notes', 'chat'),
    reason: 'InvalidSpec',
    says: 'spec.settings.token: `chat` needs the setting `token`, which has no default; set it.',
  },
  {
    wrong: 'a version that there isn’t',
    bad: app('notes', 'actual', { version: '1.0.0' }),
    reason: 'InvalidSpec',
    says: 'spec.version: `actual` has no version 1.0.0; there is `26.9.0`.',
  },
  {
    wrong: 'a volume that there isn’t',
    bad: app('notes', 'actual', { volumes: [{ name: 'files', size: '5Gi' }] }),
    reason: 'InvalidSpec',
    says: 'spec.volumes[files]: `actual` has no volume `files`; there is `data`.',
  },
  {
    wrong: 'a volume that is to shrink',
    bad: app('notes', 'actual', { volumes: [{ name: 'data', size: '5Gi' }] }),
    change: { spec: { volumes: [{ name: 'data', size: '1Gi' }] } },
    reason: 'VolumeTooLarge',
    says:
      'Volume notes-data has 5Gi and can’t shrink to 1Gi: set the size of data in spec.volumes to 5Gi or more, or ' +
      'remove it there to leave the volume as it is.',
  },
  {
    wrong: 'a name whose volume an app of another definition left',
    there: [claim('notes-data', labelsOf('notes', 'dokuwiki'))],
    bad: app('notes', 'actual'),
    reason: 'LeftByAnother',
    says:
      'Volume notes-data was left by an App of definition dokuwiki: give this App another name than notes, or ' +
      'delete it if its data is not needed.',
  },
  {
    wrong: 'a name whose volume is somebody’s own',
    there: [claim('notes-data')],
    bad: app('notes', 'actual'),
    reason: 'LeftByAnother',
    says: 'Volume notes-data was not made by Hearth: give this App another name than notes',
  },
  {
    wrong: 'a definition that starts with what only the running app can give',
    bad: chickenAndEgg,
    reason: 'InvalidDefinition',
    says:
      '`${secret.api-key}` is captured from the running app, so nothing that it starts with can use it; use it in ' +
      'postStart, or declare it in spec.secrets.',
  },
  {
    wrong: 'an App of a definition with mistakes',
    there: [chickenAndEgg],
    bad: app('notes', 'tracker'),
    reason: 'InvalidDefinition',
    says: 'AppDefinition tracker: spec.workloads[app].env.API_KEY: `${secret.api-key}` is captured',
  },
  {
    wrong: 'a definition that needs what it declares as optional',
    bad: definition('wiki', {
      workloads: [{ name: 'app', env: { DATABASE_URL: '${db.uri}' } }],
      integrations: [{ name: 'db', kind: 'Database' }],
    }),
    reason: 'InvalidDefinition',
    says: '`${db.uri}` has a value only while the optional slot `db` is bound; move it to the env of that slot',
  },
  {
    wrong: 'an App that Hearth is to run and can’t',
    bad: app('gate', 'traefik'),
    reason: 'DefinitionIsExternal',
    says: '`traefik` has nothing that Hearth could run, so home/gate must be external.',
  },
  {
    wrong: 'an external App without the port that others use',
    bad: app('gate', 'traefik', { external: { host: '127.0.0.1', ports: [{ name: 'http', port: 80 }] } }),
    reason: 'InvalidSpec',
    says: 'What `traefik` provides is at its port `https`; add that port with its number.',
  },
  {
    wrong: 'an external App without an account',
    bad: app('nas', 'postgres', {
      external: { host: '127.0.0.1', ports: [{ name: 'postgres', port: 5432 }] },
    }),
    reason: 'InvalidSpec',
    says: 'spec.external.credentialsSecret: Hearth manages `postgres` with an account of it; name a Secret',
  },
  {
    wrong: 'a device of the machine',
    there: [definition('zigbee', { workloads: [{ name: 'app', devices: ['/dev/ttyUSB0'] }] })],
    bad: app('lamps', 'zigbee'),
    reason: 'DevicesNotSupported',
    says: 'Workload app needs /dev/ttyUSB0 of a machine, and Hearth can’t give devices to containers yet',
  },
  {
    wrong: 'an external App where nothing answers',
    bad: app(
      'gate',
      'traefik',
      { external: { host: '127.0.0.1', ports: [{ name: 'https', port: 1 }] } },
      'hearth-providers',
    ),
    reason: 'Unreachable',
    says: '127.0.0.1:1 doesn’t answer',
  },
  {
    wrong: 'an external App that only admins may register',
    bad: app('gate', 'traefik', { external: { host: '127.0.0.1', ports: [{ name: 'https', port: 1 }] } }),
    reason: 'AddressRefused',
    says:
      'App home/gate: 127.0.0.1 is an address inside of the machine. An App may name a Service of its own namespace, ' +
      'or an address outside of the cluster; one in hearth-providers, where only admins write, may name any.',
  },
  {
    wrong: 'the approval of a plan that has become another',
    bad: app('notes', 'actual', { approval: 'Manual', approvedPlan: '0123456789' }),
    reason: 'PlanStale',
    says: 'Plan 0123456789 was approved, but things have changed and the plan is now notes-',
  },
];
