import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { cacheFolder } from '../../bootstrap/folder.ts';
import { makeInput } from '../../bootstrap/images/inputs.ts';
import { ensurePrerequisites } from '../../bootstrap/local/prerequisites.ts';
import { freePort } from './free-port.ts';

/** A SPARQL 1.1 server of a test's own. */
export interface Fuseki {
  readonly query: string;
  readonly update: string;
  /** Ends it at once, and with it all that was in it. */
  stop(): Promise<void>;
}

/** The last that runs on Java 17. */
const version = '5.6.0';

/**
 * Starts an Apache Jena Fuseki, from Maven Central and on Debian's Java, with an empty dataset in memory whose default
 * graph is the union of all. It ends with this process, however that ends.
 */
export async function startFuseki(): Promise<Fuseki> {
  await ensurePrerequisites([{ package: 'openjdk-17-jre-headless', provides: 'java' }], () => undefined);
  const archive = await fetchArchive();
  const port = await freePort();
  const dataset = ['--memTDB', '--set', 'tdb2:unionDefaultGraph=true', '--update'];
  const listening = ['--localhost', '--port', `${port}`, '--ping', '/home'];
  const command = ['java', '-Xmx400m', '-jar', archive, ...dataset, ...listening];
  // It unpacks its settings there, beside whatever is worked on otherwise.
  const folder = await mkdtemp(join(tmpdir(), 'hearth-fuseki-'));
  const server = execa('setpriv', ['--pdeathsig=KILL', '--', ...command], {
    cwd: folder,
    stdin: 'ignore',
    reject: false,
    all: true,
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  const base = `http://127.0.0.1:${port}`;
  if (await answers(base)) return { query: `${base}/home/query`, update: `${base}/home/update`, stop };
  await stop();
  throw new Error(`Fuseki did not start: ${(await server).all}`);
}

/** The server in one file, fetched once for all runs. */
async function fetchArchive(): Promise<string> {
  const archive = join(cacheFolder(), 'downloads', `fuseki-${version}.jar`);
  if ((await stat(archive).catch(() => undefined)) !== undefined) return archive;
  await mkdir(dirname(archive), { recursive: true });
  const draft = `${archive}.${process.pid}`;
  const artifact = `org.apache.jena:jena-fuseki-server:${version}:jar`;
  await makeInput({ kind: 'maven', artifact }, draft, () => undefined);
  await rename(draft, archive);
  return archive;
}

async function answers(base: string): Promise<boolean> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const answer = await fetch(`${base}/$/ping`).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(500);
  }
  return false;
}
