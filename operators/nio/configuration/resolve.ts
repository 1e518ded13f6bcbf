import type { NixOSConfiguration } from '@hearth/domain';
import { type Context, type Immutable, Secret, type SecretObject, Stalled, Waiting } from '@hearth/runtime';
import type { FlakeSource, RepositoryCredentials } from '../flake/source.ts';
import { milliseconds } from './duration.ts';
import { planPin } from './pin.ts';

/** Which commit the machines are to run, and what is known about that. */
export interface Pin {
  /** Undefined: not known yet. */
  readonly revision: string | undefined;
  /** The flake is another than the one that the status speaks of. */
  readonly isNewFlake: boolean;
  /** The repository has just named it, and no status does yet. */
  readonly isNews: boolean;
  /** What the repository answered, where that was no commit. What was found before holds. */
  readonly trouble: Waiting | Stalled | undefined;
  readonly status: { readonly resolvedFor: string; readonly checkedAt?: string };
  /** Milliseconds until the repository is to be asked again. */
  readonly checkIn: number | undefined;
}

/** Finds out the commit, and asks the repository only where that has to be. */
export async function pin(
  configuration: Immutable<NixOSConfiguration>,
  source: FlakeSource,
  { read, clock, signal }: Pick<Context, 'read' | 'clock' | 'signal'>,
): Promise<Pin> {
  const plan = planPin(configuration, clock.now());
  const { spec, status } = configuration;
  const { resolvedFor } = plan;
  const isNewFlake = status?.resolvedFor !== undefined && status.resolvedFor !== resolvedFor;
  const common = { isNewFlake, isNews: false, trouble: undefined, status: { resolvedFor } };
  if (plan.step === 'keep') return { ...common, revision: plan.revision, checkIn: plan.checkIn };
  const checked = { resolvedFor, checkedAt: clock.now().toISOString() };
  const checkIn = spec.autoUpdate && milliseconds(spec.autoUpdate.every);
  try {
    const credentials = credentialsFor(configuration, read);
    const revision = await source.resolve({ url: spec.flake.url, ref: plan.ref }, credentials, signal);
    return { ...common, revision, isNews: revision !== plan.known, status: checked, checkIn };
  } catch (trouble) {
    if (!(trouble instanceof Waiting || trouble instanceof Stalled)) throw trouble;
    const { known } = plan;
    // What was found is not given up for a repository that does not answer now.
    if (known !== undefined) return { ...common, revision: known, trouble, status: checked, checkIn };
    return { ...common, revision: undefined, trouble, checkIn: trouble.detail.after };
  }
}

/** What to present to the repository; undefined where there is only something for SSH. */
function credentialsFor(
  { metadata: { namespace }, spec }: Immutable<NixOSConfiguration>,
  read: Context['read'],
): RepositoryCredentials | undefined {
  if (!spec.credentialsRef) return undefined;
  const { name } = spec.credentialsRef;
  const secret: Immutable<SecretObject> | undefined = read.get(Secret, { namespace, name });
  if (!secret) throw new Waiting('MissingSecret', `There is no Secret ${name} in ${namespace}.`);
  const decoded = (key: string) => Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8');
  const [username, password] = [decoded('username'), decoded('password')];
  return username === '' && password === '' ? undefined : { username, password };
}
