import { NixOSConfiguration } from '@hearth/domain';
import { type Resource, Secret } from '@hearth/runtime';
import type { ToySystem } from './flakes.ts';
import type { Forge } from './forge.ts';
import { MACHINES } from './machines-home.ts';

/** The machines of the story: each is called like its system in the flake. */
export const NAMES = ['attic', 'cellar', 'kitchen'] as const;

/** The flake at each turn of the story. */
export type Systems = Readonly<Record<(typeof NAMES)[number], ToySystem>>;

/** Where the attic's configuration has its secret delivered to. */
export const PSK = 'wifi/psk';

/** An access point, which is of no use without its secret: its service ends with an error where there is none. */
const attic: ToySystem = {
  services: { 'wifi.service': { ExecStart: '/run/current-system/sw/bin/wifi', Restart: 'on-failure' } },
  programs: { wifi: `#!/bin/sh\ntest -s /run/hearth/files/${PSK} || exit 1\nexec sleep infinity\n` },
};
const cellar: ToySystem = { etc: { exports: '/data 192.168.1.0/24(ro)\n' } };
const kitchen: ToySystem = { services: { 'radio.service': { ExecStart: '/bin/sleep infinity' } } };

/** What each machine is to be at first. */
export const FIRST: Systems = {
  attic: { ...attic, version: '25.05.1' },
  cellar: { ...cellar, version: '25.05.1' },
  kitchen: { ...kitchen, version: '25.05.1' },
};

/** What a commit makes of it: a file more, another kernel, a service that is another. */
export const CHANGED: Systems = {
  attic: { ...attic, version: '25.05.2', etc: { motd: 'The attic’s access point.\n' } },
  cellar: { ...cellar, version: '25.05.2', kernel: '6.13' },
  kitchen: { version: '25.05.2', services: { 'radio.service': { ExecStart: '/bin/sleep 99999' } } },
};

/** A commit with which the kitchen's radio does not start. */
export const BROKEN: Systems = {
  ...CHANGED,
  kitchen: { version: '25.05.3', services: { 'radio.service': { ExecStart: '/bin/false' } } },
};

/** The commit that mends it. */
export const MENDED: Systems = { ...CHANGED, kitchen: { ...kitchen, version: '25.05.4' } };

/** What a person applies: the secrets, and a configuration for each machine. All follow one branch of one flake. */
export function storyResources({ url, credentials }: Forge, psk: string): readonly Resource[] {
  const { user, password } = credentials;
  return [
    secret('forge', { username: user, password }),
    secret('wifi', { psk }),
    configuration('attic', url, {
      files: [{ path: PSK, secretKeyRef: { name: 'wifi', key: 'psk' } }],
      probes: [{ name: 'wifi', unit: 'wifi.service' }],
    }),
    configuration('cellar', url, {}),
    configuration('kitchen', url, { probes: [{ name: 'radio', unit: 'radio.service' }] }),
  ];
}

const secret = (name: string, stringData: Readonly<Record<string, string>>): Resource => ({
  apiVersion: Secret.apiVersion,
  kind: Secret.kind,
  metadata: { namespace: MACHINES, name },
  ...{ stringData },
});

const configuration = (name: string, url: string, more: object): Resource => ({
  apiVersion: NixOSConfiguration.apiVersion,
  kind: NixOSConfiguration.kind,
  metadata: { namespace: MACHINES, name },
  ...{
    spec: {
      flake: { url, ref: 'main' },
      machineRef: { name },
      credentialsRef: { name: 'forge' },
      autoUpdate: { every: '2s' },
      confirmWindow: '1m',
      ...more,
    },
  },
});
