import {
  effectiveSettings,
  type PreStartStep,
  type ResolvedBinding,
  renderTemplate,
  type Workload,
} from '@hearth/domain';
import { type BindingData, bindingHash } from '../binding.ts';
import { authorityDirectory, authorityFile } from '../names.ts';
import { type AppInput, namespaceOf } from './input.ts';
import { environmentKey, preStartKey } from './pod.ts';

/** What templates of an App are filled in from. */
export interface Values {
  /** By slot: what its binding Secret holds. Only slots that are bound and ready stand here. */
  readonly bindings: ReadonlyMap<string, BindingData>;
  /** The App's generated secrets. */
  readonly secrets: BindingData;
  readonly url: string | undefined;
  readonly host: string | undefined;
}

/** What one workload is given. */
interface RenderedWorkload {
  readonly variables: readonly string[];
  readonly configHash: string;
  readonly preStart: boolean;
}

/** An App's environment: one Secret's data, and what each workload takes of it. */
export interface RenderedEnvironment {
  readonly secret: BindingData;
  readonly workloads: ReadonlyMap<string, RenderedWorkload>;
}

/** Looks up a name of a template. */
export function scopeOf(
  input: AppInput,
  values: Values,
): (scope: string, field: string) => string | undefined {
  const ofApp = {
    name: input.app.metadata.name,
    namespace: namespaceOf(input.app),
    host: values.host,
    url: values.url,
    version: input.version,
  };
  const scopes = new Map<string, Readonly<Record<string, unknown>>>([
    ...values.bindings,
    ['app', ofApp],
    ['home', ofHome(input)],
    ['settings', effectiveSettings(input.app, input.definition)],
    ['secret', values.secrets],
  ]);
  return (scope, field) => {
    const known = scopes.get(scope);
    const value = known && Object.hasOwn(known, field) ? known[field] : undefined;
    return value === undefined ? undefined : String(value);
  };
}

/** The home's domain, and where pods find the certificate of its authority. */
const ofHome = ({ home }: AppInput) => ({
  domain: home?.spec.domain,
  caFile: `${authorityDirectory}/${authorityFile}`,
  caDir: authorityDirectory,
});

/**
 * Fills in every value that an App's pods are given. Slots without a binding give nothing.
 * @throws TemplateError naming a name without a value.
 */
export function renderEnvironment(
  input: AppInput,
  bindings: readonly ResolvedBinding[],
  values: Values,
  digestKey: Buffer,
): RenderedEnvironment {
  const lookUp = scopeOf(input, values);
  const joined = bindings
    .filter(({ slot }) => values.bindings.has(slot.name))
    .map(({ slot }) => slot.env ?? {});
  const secret: Record<string, string> = {};
  const workloads = new Map<string, RenderedWorkload>();
  for (const workload of input.definition.spec.workloads ?? []) {
    const own = renderWorkload(workload, joined, input, lookUp);
    for (const [key, value] of own.data) secret[key] = value;
    workloads.set(workload.name, {
      variables: own.variables,
      preStart: own.preStart,
      configHash: bindingHash(digestKey, Object.fromEntries([...own.data, ...own.trusted])),
    });
  }
  return { secret, workloads };
}

/** What a workload's pods start with. */
interface Rendered {
  readonly data: ReadonlyMap<string, string>;
  /** The authority's certificate, where the app is told to trust it. */
  readonly trusted: ReadonlyMap<string, string>;
  readonly variables: readonly string[];
  readonly preStart: boolean;
}

function renderWorkload(
  workload: Workload,
  joined: readonly Readonly<Record<string, string>>[],
  input: AppInput,
  lookUp: (scope: string, field: string) => string | undefined,
): Rendered {
  const trusted = new Map<string, string>();
  const noting = (scope: string, field: string) => {
    // An app reads whom it trusts when it starts.
    if (scope === 'home' && field !== 'domain') {
      trusted.set('authority', input.home?.status?.certificateAuthority ?? '');
    }
    return lookUp(scope, field);
  };
  const templates: Record<string, string> = { TZ: input.home?.spec.timeZone ?? 'UTC' };
  for (const slot of joined) Object.assign(templates, slot);
  Object.assign(templates, workload.env);
  const variables = Object.keys(templates).toSorted();
  const data = new Map(
    variables.map((name) => [
      environmentKey(workload.name, name),
      renderTemplate(templates[name] ?? '', noting),
    ]),
  );
  const steps = stepsOf(input, workload).map((step) => renderStep(step, noting));
  if (steps.length > 0) data.set(preStartKey(workload.name), JSON.stringify(steps));
  return { data, trusted, variables, preStart: steps.length > 0 };
}

/** The steps before a workload's start; those that name none are the first workload's. */
function stepsOf({ definition }: AppInput, workload: Workload): readonly PreStartStep[] {
  const first = definition.spec.workloads?.[0]?.name;
  return (definition.spec.configure?.preStart ?? []).filter(
    (step) => (step.workload ?? first) === workload.name,
  );
}

function renderStep(
  step: PreStartStep,
  lookUp: (scope: string, field: string) => string | undefined,
): PreStartStep {
  if (step.type === 'file') return { ...step, content: renderTemplate(step.content, lookUp) };
  if (!('keys' in step)) return step;
  const keys = Object.entries(step.keys).map(([key, value]) => [key, renderTemplate(value, lookUp)]);
  return { ...step, keys: Object.fromEntries(keys) };
}
