import type { AppDefinition } from '../schema/app-definition.ts';
import { type Slot, templateScopes } from '../schema/integration.ts';
import type { Workload } from '../schema/workload.ts';
import { namesThereAre, type Problem } from './problem.ts';

/** Names of workloads, ports, secrets and images by which one part of a definition speaks of another. */
export function checkParts(definition: AppDefinition): readonly Problem[] {
  return [
    ...checkImages(definition),
    ...checkProbes(definition),
    ...checkSlots(definition),
    ...checkOffers(definition),
    ...checkSteps(definition),
  ];
}

function checkImages({ spec }: AppDefinition): readonly Problem[] {
  return spec.versions.flatMap(({ version, images }) =>
    (spec.workloads ?? [])
      .map(({ name, image }) => image ?? name)
      .filter((image, index, all) => !Object.hasOwn(images, image) && all.indexOf(image) === index)
      .map((image) => ({
        path: `spec.versions[${version}].images`,
        message: `Version ${version} has no image \`${image}\`, which a workload runs; add it.`,
      })),
  );
}

function checkProbes({ spec }: AppDefinition): readonly Problem[] {
  return (spec.workloads ?? []).flatMap((workload) => {
    const ready = workload.probes?.ready;
    const at = `spec.workloads[${workload.name}].probes.ready`;
    if (ready?.port !== undefined) return portProblem(workload, ready.port, `${at}.port`);
    if (ready === undefined || ready.path === null || hasHttp(workload)) return [];
    return [
      {
        path: `${at}.path`,
        message: `No port of \`${workload.name}\` has protocol HTTP, so ${ready.path} can’t be asked for; declare one, or name the probe’s port.`,
      },
    ];
  });
}

function checkSlots(definition: AppDefinition): readonly Problem[] {
  const slots = definition.spec.integrations ?? [];
  const hasRoute = slots.some(({ kind }) => kind === 'Route');
  return slots.flatMap((slot) => {
    const at = `spec.integrations[${slot.name}]`;
    const defaults = (slot.compatible ?? []).filter((entry) => entry.default);
    return [
      ...(templateScopes.includes(slot.name)
        ? [
            {
              path: at,
              message: `\`${slot.name}\` means something else in templates; give the slot another name.`,
            },
          ]
        : []),
      ...(defaults.length > 1
        ? [{ path: `${at}.compatible`, message: 'More than one definition is the default; leave one.' }]
        : []),
      ...(slot.kind === 'Route' ? placeProblems(definition, slot, at) : []),
      ...(slot.kind === 'SSOClient' ? signOnProblems(slot, hasRoute, at) : []),
    ];
  });
}

function signOnProblems(
  { strategy, redirects = [] }: Extract<Slot, { kind: 'SSOClient' }>,
  hasRoute: boolean,
  at: string,
): readonly Problem[] {
  return [
    ...(strategy === 'ldap' || hasRoute
      ? []
      : [
          {
            path: at,
            message: 'People sign in to an app by its address, and it has no Route slot; add one.',
          },
        ]),
    ...(strategy === 'oidc' && redirects.length === 0
      ? [
          {
            path: `${at}.redirects`,
            message: 'By oidc people are sent away and back; name at least one path to which they return.',
          },
        ]
      : []),
  ];
}

function checkOffers(definition: AppDefinition): readonly Problem[] {
  // An app that only runs elsewhere has its ports and secrets in the App.
  if ((definition.spec.workloads ?? []).length === 0) return [];
  const secrets = (definition.spec.secrets ?? []).map(({ name }) => name);
  const captured = (definition.spec.configure?.postStart ?? []).flatMap((step) =>
    step.type === 'http' ? Object.keys(step.capture ?? {}) : [],
  );
  return (definition.spec.provides ?? []).flatMap((offer) => {
    const at = `spec.provides[${offer.kind} ${offer.name}]`;
    const key = offer.kind === 'Connection' ? offer.apiKey : undefined;
    return [
      ...placeProblems(definition, offer, at),
      ...secretProblem(offer.admin?.secret, secrets, `${at}.admin.secret`),
      ...secretProblem(key, [...secrets, ...captured], `${at}.apiKey`),
    ];
  });
}

function checkSteps(definition: AppDefinition): readonly Problem[] {
  const { preStart = [], postStart = [] } = definition.spec.configure ?? {};
  return [
    ...preStart.flatMap(({ name, workload }) =>
      placeProblems(definition, { workload }, `spec.configure.preStart[${name}]`),
    ),
    ...postStart.flatMap((step) => {
      const at = `spec.configure.postStart[${step.name}]`;
      if (step.type !== 'http') return placeProblems(definition, step, at);
      return [
        ...callProblems(definition, step, at),
        ...(step.unless === undefined
          ? []
          : callProblems(definition, { workload: step.workload, port: step.unless.port }, `${at}.unless`)),
      ];
    }),
  ];
}

/** What may name a workload, and a port of it. */
interface Place {
  readonly workload?: string | undefined;
  readonly port?: string | undefined;
}

/** A call without a port goes to the first HTTP port, which there must be. */
function callProblems(definition: AppDefinition, place: Place, at: string): readonly Problem[] {
  const workload = workloadOf(definition, place);
  if (workload === undefined || place.port !== undefined || hasHttp(workload)) {
    return placeProblems(definition, place, at);
  }
  const message = `No port of \`${workload.name}\` has protocol HTTP; declare one, or name the call’s port.`;
  return [{ path: at, message }];
}

function placeProblems(definition: AppDefinition, place: Place, at: string): readonly Problem[] {
  const workload = workloadOf(definition, place);
  if (workload !== undefined) {
    return place.port === undefined ? [] : portProblem(workload, place.port, `${at}.port`);
  }
  const names = (definition.spec.workloads ?? []).map(({ name }) => name);
  const what =
    place.workload === undefined
      ? 'A workload is needed here'
      : `No workload is called \`${place.workload}\``;
  return [{ path: `${at}.workload`, message: `${what}; of spec.workloads ${namesThereAre(names)}.` }];
}

function portProblem(workload: Workload, port: string, path: string): readonly Problem[] {
  const names = (workload.ports ?? []).map(({ name }) => name);
  if (names.includes(port)) return [];
  return [{ path, message: `\`${workload.name}\` has no port \`${port}\`; ${namesThereAre(names)}.` }];
}

function secretProblem(
  secret: string | undefined,
  names: readonly string[],
  path: string,
): readonly Problem[] {
  if (secret === undefined || names.includes(secret)) return [];
  return [{ path, message: `No secret is called \`${secret}\`; of spec.secrets ${namesThereAre(names)}.` }];
}

function workloadOf({ spec }: AppDefinition, { workload }: Place): Workload | undefined {
  const workloads = spec.workloads ?? [];
  return workload === undefined ? workloads[0] : workloads.find(({ name }) => name === workload);
}

const hasHttp = ({ ports = [] }: Workload): boolean => ports.some(({ protocol }) => protocol === 'HTTP');
