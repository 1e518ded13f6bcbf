import { createHash } from 'node:crypto';
import {
  App,
  AppDefinition,
  asOthersSeeIt,
  Connection,
  Database,
  decideApp,
  Home,
  Plan,
  type ProviderRef,
  Route,
  SSOClient,
} from '@hearth/domain';
import {
  type Context,
  type Controller,
  controllerOf,
  Deployment,
  type DeploymentObject,
  type Immutable,
  Job,
  type Key,
  keyOf,
  labelled,
  type Mapped,
  mapped,
  NetworkPolicy,
  Node,
  type NodeObject,
  type Outcome,
  owned,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  type Read,
  type Resource,
  Secret,
  type SecretObject,
  Service,
  ServiceAccount,
  StatefulSet,
  type StatefulSetObject,
  specOf,
  stalled,
  waiting,
} from '@hearth/runtime';
import { jobLabel } from '../configure/steps/command.ts';
import { connectionsByProvider, databasesByProvider } from '../indexes.ts';
import { labels, managedSelector as selector } from '../names.ts';
import { pauseOf, rolloutOf } from '../workload/health.ts';
import { type AppOptions, carryOutPlan } from './carry-out.ts';
import { appGauges } from './gauges.ts';
import { keepRunning } from './keep.ts';
import { retire } from './retire.ts';
import { createObserver, type Observer, type Scene } from './scene.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Keeps an installed app as its App asks: everything that it needs, then the app itself. */
export function appController(options: AppOptions): Controller<App> {
  const observer = createObserver();
  const pass = (app: App, context: Context): Promise<Outcome> =>
    reconcile(observer.observe(app, context.read), context, options);
  return {
    name: 'app',
    kind: App,
    finalizer: 'apps.hearth.dev/app',
    workers: 8,
    owns: [
      owned(Plan, { aspect: specOf }),
      Database,
      Connection,
      Route,
      SSOClient,
      owned(Deployment, { selector, aspect: asItsAppSeesIt }),
      owned(StatefulSet, { selector, aspect: asItsAppSeesIt }),
      ...[Service, ServiceAccount, NetworkPolicy, PodDisruptionBudget, Job].map((kind) => ({
        kind,
        selector,
      })),
      { kind: Secret, selector },
      { kind: PersistentVolumeClaim, selector },
    ],
    watches: watchesOf(observer),
    indexes: [
      databasesByProvider,
      connectionsByProvider,
      labelled(Pod, labels.app),
      labelled(Pod, jobLabel),
      labelled(PersistentVolumeClaim, labels.app),
    ],
    follows: observer.follows,
    gauges: appGauges,
    reconcile: pass,
    finalize: (app, context) =>
      retire(observer.observe(app, context.read), context, () => pass(app, context)),
  };
}

/** What an App depends on beside itself and what it owns. */
const watchesOf = (observer: Observer): readonly Mapped[] => [
  mapped(AppDefinition, (definition) => observer.affected({ definition }), { aspect: specOf }),
  mapped(App, (app, read) => [...observer.affected({ app }), ...observer.next(read), ...providersOf(app)], {
    aspect: asOthersSeeIt,
  }),
  mapped(Home, (_, read) => read.list(App).map(keyOf), {
    aspect: (home) => [specOf(home), home.status?.certificateAuthority],
  }),
  // A provider lets in whoever has a Database in it, and goes, if it is deleted, when the last one has.
  mapped(Database, ({ spec }) => [spec.providerRef], { aspect: asItsProviderSeesIt }),
  // It lets in, too, whoever was given its address, or an account in a directory, by hand.
  mapped(Connection, ({ spec }) => [spec.providerRef], { aspect: asItsPeerSeesIt }),
  // And nobody signs in by one that is gone: it waits for each client that it has, or had.
  mapped(SSOClient, identityProvidersOf, {
    aspect: (client) => [asItsPeerSeesIt(client), identityProvidersOf(client)],
  }),
  mapped(Secret, (secret, read) => [...appOfBinding(secret, read), ...appOfLabel(secret)], { selector }),
  // What an App is to keep has no owner reference.
  mapped(PersistentVolumeClaim, appOfLabel, { selector }),
  // What keeps a pod from starting shows in the pod alone.
  mapped(Pod, appOfLabel, { selector, aspect: (pod) => [appOfLabel(pod), pauseOf(pod)] }),
  mapped(Node, (_, read) => read.list(App).filter(fitsNowhere).map(keyOf), { aspect: architectureOf }),
];

async function reconcile(scene: Scene, context: Context, { hearthImage }: AppOptions): Promise<Outcome> {
  const decision = decideApp(scene, digest);
  switch (decision.kind) {
    case 'Wait':
      return waiting(decision.reason, decision.message);
    case 'Refuse':
      return stalled(decision.reason, decision.message);
    case 'Keep':
      return keepRunning(scene, { ...decision, condition: 'VersionKnown' }, context);
    case 'CarryOut': {
      const { app, home } = scene;
      const { resolved, definition } = decision;
      const input = { app, definition, home, version: resolved.version, hearthImage };
      return carryOutPlan(scene, input, resolved, context);
    }
  }
}

/** The Apps that one uses: they say who needs them. */
const providersOf = (app: App): readonly ProviderRef[] =>
  (app.status?.bindings ?? []).flatMap(({ providerRef }) => providerRef ?? []);

/** The Apps that have, or had, an SSOClient's client. */
const identityProvidersOf = ({ spec, status }: Immutable<SSOClient>): readonly ProviderRef[] => [
  spec.providerRef,
  ...(status?.provider ? [status.provider] : []),
  ...(status?.leaving ?? []),
];

/** The App of a binding Secret, which may be seen after the integration that says it is there. */
function appOfBinding(secret: Immutable<SecretObject>, read: Read): readonly Key[] {
  const { namespace } = secret.metadata;
  const owner = controllerOf(secret);
  const kind = [Database, Connection, Route, SSOClient].find(({ kind }) => kind === owner?.kind);
  if (owner === undefined || kind === undefined) return [];
  const integration = read.get<Resource>(kind, { namespace, name: owner.name });
  const app = integration && controllerOf(integration);
  return app === undefined ? [] : [{ namespace, name: app.name }];
}

/** The App of what is labelled as an App's. */
function appOfLabel({ metadata }: Immutable<Resource>): readonly Key[] {
  const name = metadata.labels?.[labels.app];
  return name === undefined ? [] : [{ namespace: metadata.namespace, name }];
}

/** What of a workload its App puts right, and what it says of how far its pods are. */
const asItsAppSeesIt = (workload: Immutable<DeploymentObject | StatefulSetObject>): readonly unknown[] => [
  specOf(workload),
  workload.metadata.labels,
  workload.metadata.ownerReferences,
  rolloutOf(workload),
];

const asItsProviderSeesIt = (database: Immutable<Database>): readonly unknown[] => [
  specOf(database),
  database.status?.database,
  controllerOf(database)?.uid,
];

const asItsPeerSeesIt = (peer: Immutable<Connection | SSOClient>): readonly unknown[] => [
  peer.spec.providerRef,
  peer.status?.bindingHash !== undefined,
  controllerOf(peer)?.uid,
];

/** Of machines, most changes are of no interest: they tell how they are every few minutes. */
const architectureOf = ({ status }: Immutable<NodeObject>) => status?.nodeInfo?.architecture;

/** Whether an App waits for another machine. */
const fitsNowhere = ({ status }: App): boolean =>
  status?.conditions?.some(({ type, reason }) => type === 'Stalled' && reason === 'NoMachineFits') ?? false;
