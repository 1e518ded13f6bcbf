import { z } from 'zod';
import {
  commonStatus,
  dnsLabel,
  dnsName,
  exposure,
  port,
  providerRef,
  routeHost,
  setList,
  text,
} from './fields.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const routeSpec = z.object({
  providerRef: providerRef(),
  host: routeHost().meta({
    description:
      'Relative to the home’s domain: `rss`. `@` is the domain itself, which is for Routes in hearth-system alone.',
  }),
  service: dnsLabel().meta({ description: 'The Service of this namespace that answers.' }),
  port: port(),
  exposure: exposure().default('lan'),
  access: z
    .object({ groups: setList(dnsLabel(), 32) })
    .optional()
    .meta({
      description:
        'Who may enter. The SSOClient of `signOn` asks for it; without one only the app’s own sign-on decides.',
    }),
  signOn: z
    .object({ client: dnsLabel().meta({ description: 'The SSOClient of this namespace.' }) })
    .optional()
    .meta({
      description:
        'How people sign in. With strategy forward-auth the gateway asks for it: a route that nothing leads to yet ' +
        'stays closed until it can, and one that is open stays as it is.',
    }),
  secretName: dnsName().optional().meta({ description: 'Where the binding goes. Empty: NAME-binding.' }),
});

const routeStatus = z.object({
  ...commonStatus,
  url: text(512).optional(),
  host: text(253).optional().meta({ description: 'The full name.' }),
  binding: z.object({ name: text(253) }).optional(),
  bindingHash: text(64).optional(),
  signOn: z
    .object({
      client: text(253),
      by: z.enum(['gateway', 'app']).optional().meta({
        description: 'Who asks people: the gateway before each request, or the app by itself.',
      }),
    })
    .optional()
    .meta({ description: 'The SSOClient by which people sign in, once it is so.' }),
});

/** A name under the home's domain that leads to a Service, over HTTPS. */
export const Route = defineKind({
  group: 'apps.hearth.dev',
  kind: 'Route',
  plural: 'routes',
  shortNames: ['rt'],
  namespaced: true,
  description: 'A name under the home’s domain that leads to a Service, over HTTPS.',
  spec: routeSpec,
  status: routeStatus,
  columns: [
    { name: 'URL', type: 'string', path: '.status.url', description: 'Where people open it.' },
    {
      name: 'Exposure',
      type: 'string',
      path: '.spec.exposure',
      description: 'How far out it can be reached.',
    },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it works.',
    },
    {
      name: 'Status',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What it waits for.',
      priority: 1,
    },
  ],
});
export type Route = ResourceOf<typeof Route>;
