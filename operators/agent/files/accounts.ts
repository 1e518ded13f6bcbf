import { readFile } from 'node:fs/promises';

/** The numbers of a user and a group of this machine; undefined where one of them is not there. */
export async function accountIds(
  owner: string,
  group: string,
): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  const [uid, gid] = await Promise.all([idIn('/etc/passwd', owner), idIn('/etc/group', group)]);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/** In `passwd` and `group` alike (passwd(5), group(5)) the name is the first field and the number the third. */
async function idIn(path: string, name: string): Promise<number | undefined> {
  if (name === 'root') return 0;
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    const [found, , id] = line.split(':');
    if (found === name && id !== undefined && /^[0-9]+$/.test(id)) return Number(id);
  }
  return undefined;
}
