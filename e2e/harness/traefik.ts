import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { execa } from 'execa';
import type { KeyPair } from '../../bootstrap/local/native/pki/certificates.ts';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';

/** The gateway as the chart sets it up: what it does to requests is the same. */
const CHART = join(import.meta.dirname, '../../charts/gateway/templates/traefik.yaml');

/** A Traefik of a test's own. */
export interface TestGateway {
  /** Where it takes HTTPS, on the loopback interface. */
  readonly port: number;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Traefik's dynamic configuration (the file provider's): what leads where. */
export interface DynamicConfiguration {
  readonly http: {
    readonly routers: Readonly<Record<string, object>>;
    readonly middlewares: Readonly<Record<string, object>>;
    readonly services: Readonly<Record<string, object>>;
  };
}

/**
 * Starts the real Traefik on a port of the loopback interface, with the entry point of the gateway's chart and one
 * certificate. It ends with this process, however that ends.
 */
export async function startGateway(
  port: number,
  certificate: KeyPair,
  dynamic: DynamicConfiguration,
): Promise<TestGateway> {
  const { traefik } = await ensureTools(['traefik'], () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hearth-gateway-'));
  const flags = [
    ...(await entryPointFlags()),
    `--entryPoints.websecure.address=127.0.0.1:${port}`,
    '--global.checkNewVersion=false',
    '--global.sendAnonymousUsage=false',
    '--log.level=WARN',
    `--providers.file.filename=${await writeDynamic(folder, certificate, dynamic)}`,
  ];
  const log = { file: join(folder, 'log') };
  const server = execa('setpriv', ['--pdeathsig=KILL', '--', traefik, ...flags], {
    reject: false,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  if (await shows(port, certificate)) return { port, stop };
  const said = await readFile(log.file, 'utf8');
  await stop();
  throw new Error(`Traefik did not start: ${said.slice(-2000)}`);
}

/** Writes what leads where, and what is shown to whoever comes. */
async function writeDynamic(
  folder: string,
  { certificate, key }: KeyPair,
  dynamic: DynamicConfiguration,
): Promise<string> {
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  await writeFile(certFile, certificate);
  await writeFile(keyFile, key, { mode: 0o600 });
  const tls = { stores: { default: { defaultCertificate: { certFile, keyFile } } } };
  const file = join(folder, 'dynamic.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ ...dynamic, tls }));
  return file;
}

/** The chart's flags of the HTTPS entry point, but for the address. */
async function entryPointFlags(): Promise<string[]> {
  const template = await readFile(CHART, 'utf8');
  const flags = [...template.matchAll(/^ +- (--entryPoints\.websecure\.(?!address)\S+)$/gm)].map(
    ([, flag]) => flag,
  );
  if (flags.length === 0) throw new Error(`${CHART} has no entry point websecure any more`);
  return flags.filter((flag) => flag !== undefined);
}

/** It has read its files when it shows the certificate; before that it has one of its own making. */
async function shows(port: number, certificate: KeyPair): Promise<boolean> {
  const { fingerprint256 } = new X509Certificate(certificate.certificate);
  for (let attempt = 0; attempt < 300; attempt++) {
    if ((await shownAt(port)) === fingerprint256) return true;
    await pause(100);
  }
  return false;
}

const shownAt = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });
