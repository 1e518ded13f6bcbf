import type { App, AppDefinition, Home, Workload } from '@hearth/domain';
import { labels, manager, workloadName } from '../names.ts';

/** All that an App's objects are rendered from. */
export interface AppInput {
  readonly app: App;
  readonly definition: AppDefinition;
  readonly home: Home | undefined;
  /** The version to run: one of the definition's. */
  readonly version: string;
  /** The image of Hearth itself: it runs the steps before an app's start. */
  readonly hearthImage: string;
}

/** One workload of it. */
export interface WorkloadInput extends AppInput {
  readonly workload: Workload;
  readonly index: number;
  /** The names of its environment variables; their values are in the App's environment Secret. */
  readonly environment: readonly string[];
  /** A keyed digest of all that its pods are given; they restart when it changes. */
  readonly configHash: string;
  /** Whether steps are to be carried out before its start. */
  readonly preStart: boolean;
}

/** The namespace of an App: namespaced objects always have one. */
export const namespaceOf = (app: App): string => app.metadata.namespace ?? '';

/** What tells the pods of an App from others. */
export const appSelector = (app: App): Record<string, string> => ({ [labels.app]: app.metadata.name });

/** What tells the pods of one workload from others. */
export const workloadSelector = (app: App, workload: Workload): Record<string, string> => ({
  ...appSelector(app),
  [labels.workload]: workload.name,
});

/** The labels of everything that is made for an App. */
export const appLabels = (app: App): Record<string, string> => ({
  ...appSelector(app),
  [labels.definition]: app.spec.definition,
  [labels.managedBy]: manager,
});

/** The metadata of a workload's Deployment and Service. */
export const workloadMeta = ({
  app,
  workload,
  index,
}: Pick<WorkloadInput, 'app' | 'workload' | 'index'>) => ({
  namespace: namespaceOf(app),
  name: workloadName(app.metadata.name, workload.name, index),
  labels: { ...appLabels(app), ...workloadSelector(app, workload) },
});
