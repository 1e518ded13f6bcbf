import { join, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { clusterFolder } from '../folder.ts';
import { DRIVERS, type DriverName, type LocalCluster } from './cluster.ts';
import { dockerCluster } from './docker.ts';
import { givenCluster } from './given.ts';
import { k3sCluster } from './k3s.ts';
import { nativeCluster } from './native/native.ts';

/** Which driver a cluster has, or is to have. */
export interface DriverChoice {
  readonly driver: DriverName;
  /** Only of the driver `kubeconfig`. */
  readonly kubeconfig?: string;
}

/** What a person asked for on the command line. */
export interface Wish {
  readonly driver?: DriverName;
  readonly kubeconfig?: string;
}

/** The cluster of that name with that driver. Nothing is started. */
export function clusterWith(name: string, choice: DriverChoice): LocalCluster {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new Failure(
      `${name} can't be a cluster's name: use up to 32 lower-case letters, digits and dashes.`,
    );
  }
  switch (choice.driver) {
    case 'native':
      return nativeCluster(name);
    case 'k3s':
      return k3sCluster(name);
    case 'docker':
      return dockerCluster(name);
    case 'kubeconfig':
      return givenCluster(name, choice.kubeconfig);
  }
}

/** Why each driver can't be used on this machine; undefined for one that can. */
export type Availability = Readonly<Partial<Record<DriverName, string | undefined>>>;

/**
 * The driver to use: what the cluster came up with, else what was asked for, else the first that is available.
 * @throws Failure when the wish goes against what is there, or nothing is available.
 */
export function chooseDriver(
  wish: Wish,
  before: DriverChoice | undefined,
  reasons: Availability,
): DriverChoice {
  const asked = wish.driver ?? (wish.kubeconfig ? 'kubeconfig' : undefined);
  if (before && asked && asked !== before.driver) {
    throw new Failure(
      `This cluster came up with the driver ${before.driver}; run kiko down before changing it.`,
    );
  }
  if (before?.kubeconfig && wish.kubeconfig && wish.kubeconfig !== before.kubeconfig) {
    throw new Failure(
      `This name stands for the cluster of ${before.kubeconfig}; give the other one a name of its own with --name.`,
    );
  }
  const driver =
    before?.driver ?? asked ?? DRIVERS.find((name) => name in reasons && reasons[name] === undefined);
  if (!driver)
    throw new Failure(`No driver can be used here. ${Object.values(reasons).filter(Boolean).join(' ')}`);
  const reason = reasons[driver];
  if (reason) throw new Failure(reason);
  const kubeconfig = wish.kubeconfig ?? before?.kubeconfig;
  return driver === 'kubeconfig' && kubeconfig ? { driver, kubeconfig } : { driver };
}

const choiceFile = (name: string): string => join(clusterFolder(name), 'driver.json');

/** The driver that the cluster came up with; undefined when it is not there. */
export async function rememberedChoice(name: string): Promise<DriverChoice | undefined> {
  const text = await readIfThere(choiceFile(name));
  return text === undefined ? undefined : (JSON.parse(text) as DriverChoice);
}

/** Notes the driver, before anything is started with it. */
export const rememberChoice = (name: string, choice: DriverChoice): Promise<void> =>
  writeWhole(choiceFile(name), `${JSON.stringify(choice)}\n`);

/** Chooses the driver for `up` by looking at the machine. */
export async function chooseForUp(name: string, wish: Wish): Promise<DriverChoice> {
  const before = await rememberedChoice(name);
  const named = wish.kubeconfig === undefined ? {} : { kubeconfig: resolve(wish.kubeconfig) };
  const reasons: Partial<Record<DriverName, string | undefined>> = {};
  for (const driver of DRIVERS)
    reasons[driver] = await clusterWith(name, { ...before, ...named, driver }).available();
  return chooseDriver({ ...wish, ...named }, before, reasons);
}
