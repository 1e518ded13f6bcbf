import type { EventResource } from '@hearth/domain';

const NOUNS: Readonly<Record<string, string>> = {
  AppDefinition: 'catalogue entry',
  ConfigMap: 'configuration',
  CronJob: 'scheduled job',
  PersistentVolumeClaim: 'volume claim',
  SSOClient: 'sign-on',
  ServiceAccount: 'service account',
};

/** What people call a kind, in the middle of a sentence: `database`, `volume claim`. */
export const noun = (kind: string): string =>
  NOUNS[kind] ?? kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

/** A resource as somebody calls it who is in this namespace: `rss`, or `hearth-providers/postgres`. */
export const called = (
  { namespace, name }: Pick<EventResource, 'namespace' | 'name'>,
  from: string | undefined,
): string => (namespace === undefined || namespace === from ? name : `${namespace}/${name}`);

/** A text as the end of a sentence: one line, not too long, with a stop. */
export function ended(text: string, most = 400): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const short = line.length > most ? `${line.slice(0, most).trimEnd()}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
