import type { Entry } from 'ldapts';
import { type Connections, codeOf, codes } from './connections.ts';

/** The values of an entry's attribute, as text. */
export function valuesOf(entry: Entry, attribute: string): string[] {
  const value = entry[attribute] ?? [];
  return (Array.isArray(value) ? value : [value]).map((each) => each.toString());
}

/** The entry of that name; undefined where there is none. */
export const readEntry = (
  { explained, admin }: Connections,
  what: string,
  dn: string,
  attributes: readonly string[],
): Promise<Entry | undefined> =>
  explained(what, async () => {
    const { client } = await admin();
    try {
      const found = await client.search(dn, { scope: 'base', attributes: [...attributes] });
      return found.searchEntries[0];
    } catch (error) {
      if (codeOf(error) === codes.noSuchObject) return undefined;
      throw error;
    }
  });

/** Makes an entry; says whether there was none. */
export const addEntry = (
  { explained, admin, requireLead }: Connections,
  what: string,
  dn: string,
  attributes: Record<string, string[]>,
): Promise<boolean> =>
  explained(what, async () => {
    const { client } = await admin();
    requireLead();
    try {
      await client.add(dn, attributes);
      return true;
    } catch (error) {
      if (codeOf(error) === codes.alreadyExists) return false;
      throw error;
    }
  });

/** Sets attributes of an entry, each to these values and no others. */
export const replaceIn = (
  { explained, admin, requireLead }: Connections,
  what: string,
  dn: string,
  attributes: Record<string, string[]>,
): Promise<void> =>
  explained(what, async () => {
    const { Attribute, Change } = await import('ldapts');
    const changes = Object.entries(attributes).map(
      ([type, values]) => new Change({ operation: 'replace', modification: new Attribute({ type, values }) }),
    );
    const { client } = await admin();
    requireLead();
    await client.modify(dn, changes);
  });

/** Removes an entry. One that is gone already is no error. */
export const removeEntry = (
  { explained, admin, requireLead }: Connections,
  what: string,
  dn: string,
): Promise<void> =>
  explained(what, async () => {
    const { client } = await admin();
    requireLead();
    await client.del(dn).catch((error: unknown) => {
      if (codeOf(error) !== codes.noSuchObject) throw error;
    });
  });

/** Whether somebody is let in with a password. */
export const letsIn = (
  { explained, anonymous }: Connections,
  what: string,
  dn: string,
  password: string,
): Promise<boolean> =>
  explained(what, async () => {
    const client = await anonymous();
    try {
      await client.bind(dn, password);
      return true;
    } catch (error) {
      if (codeOf(error) === codes.invalidCredentials) return false;
      throw error;
    } finally {
      await client.unbind().catch(() => undefined);
    }
  });
