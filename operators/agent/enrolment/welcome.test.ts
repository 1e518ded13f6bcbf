import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Admission } from '@hearth/domain/enrolment-api';
import { systemClock } from '@hearth/runtime/clock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import type { EnrolmentClient, Offer } from './client.ts';
import { nioPin } from './pin.ts';
import { createWelcome } from './welcome.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const KEY = Buffer.alloc(32, 1).toString('base64');
const TOKEN = 'r4nd0mr4nd0mr4nd0mr4nd0m';
const admission: Admission = {
  namespace: 'hearth-machines',
  machine: 'shed',
  apiServer: 'https://api:6443',
  authority: 'PEM',
  token: 'secret',
  expires: '2026-01-01T00:00:00Z',
};

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let offers: Offer[];
let said: string[];
beforeEach(async () => {
  folder = await scratchFolder();
  [offers, said] = [[], []];
});
afterEach(() => folder[Symbol.asyncDispose]());

/** Has a machine with this join token enrol; NIO lets it in when it asks. */
async function welcomed(tokenFile: string, nioKey?: string, remark?: string) {
  const joinTokenFile = join(folder.path, 'join-token');
  await writeFile(joinTokenFile, tokenFile);
  const pin = nioPin(folder.path, nioKey);
  const client: EnrolmentClient = {
    time: async () => new Date(),
    async enrol(offer) {
      offers.push(offer);
      const standing = { namespace: 'hearth-machines', machine: 'shed', pairingCode: 'CODE' };
      return { ...standing, approved: false, ...(remark ? { remark } : {}) };
    },
    admit: async () => admission,
    pairingCode: async () => 'CODE',
  };
  const offer = async (): Promise<Offer> => ({
    facts: {
      machineId: '0'.repeat(32),
      architecture: 'x86_64',
      firmware: 'uefi',
      cores: 1,
      memoryBytes: 1e9,
      disks: [],
      interfaces: [],
    },
    mode: 'System',
    version: '1',
  });
  const show = (text: string) => void said.push(text);
  const welcome = createWelcome({
    client,
    pin,
    clock: systemClock,
    logger: silent,
    offer,
    joinTokenFile,
    show,
  });
  await welcome(new AbortController().signal);
  return pin;
}

test.each([
  ['that was given beforehand', TOKEN, KEY],
  ['that the token itself brings', `${TOKEN}@${KEY}\n`, undefined],
])('a join token is shown to a NIO with a key %s', async (_, file, given) => {
  const pin = await welcomed(file, given);
  expect(offers[0]?.joinToken).toBe(TOKEN);
  expect(await pin.known()).toBe(KEY);
});

test('it is kept back where whoever answers may be a stranger; a person can do instead', async () => {
  await welcomed(TOKEN);
  expect(offers).toHaveLength(1);
  expect(offers[0]).not.toHaveProperty('joinToken');
  expect(said.join()).toMatch(/join token of this machine is kept back.*--nio-key.*Pairing code: CODE/s);
});

test('why it did not do is on the screen, beside the code that does instead', async () => {
  await welcomed(TOKEN, KEY, 'The join token is not known.');
  expect(said.join()).toMatch(/^The join token is not known\.\n.*Pairing code: CODE/s);
});

test('a key that was given beforehand is not replaced by that of a token', async () => {
  const other = Buffer.alloc(32, 2).toString('base64');
  expect(await (await welcomed(`${TOKEN}@${other}`, KEY)).known()).toBe(KEY);
});
