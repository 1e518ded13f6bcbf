import { generateKeyPairSync } from 'node:crypto';
import { get } from 'node:http';
import { type LogPart, logProof, utf8, verifyProof } from '@hearth/domain';
import { fakeClock } from '@hearth/runtime/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeCheckpoint } from '../log/checkpoint.ts';
import { createNoteSigner, proofCrypto } from '../log/sign.ts';
import { record } from '../log/testing/logs.ts';
import type { SignedCheckpoint } from './sink.ts';
import { testSink } from './testing/sink.ts';

test('who stops reading the log is cut off, and the log is let go', async () => {
  const clock = fakeClock();
  const parts = vi.fn<() => AsyncIterable<LogPart>>();
  const closed = vi.fn();
  let given = 0;
  parts.mockImplementation(async function* () {
    try {
      for (;;) {
        given += 1;
        yield { part: 'event', seq: given, text: 'x'.repeat(2 ** 20), hash: new Uint8Array(32) };
      }
    } finally {
      closed();
    }
  });
  const { server } = testSink((log) => ({ clock, log: { ...log, parts } }));
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  const request = get(`${origin}/-/log/parts`, { headers: { authorization: 'Bearer admin' } });
  request.on('error', () => undefined);
  onTestFinished(() => void request.destroy());
  request.on('response', (answer) => answer.pause().on('error', () => undefined));
  let before = -1;
  await vi.waitFor(
    () => {
      const still = given > 0 && given === before;
      before = given;
      expect(still).toBe(true);
    },
    { timeout: 10_000, interval: 300 },
  );
  clock.advance(19_000);
  expect(closed).not.toHaveBeenCalled();
  clock.advance(1_000);
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), 4000);
});

test('an event is proven to who may see everything, as soon as a checkpoint vouches for it', async () => {
  const signer = createNoteSigner('hearth.test/log', generateKeyPairSync('ed25519').privateKey);
  const key = signer.verifierKey;
  let voucher: SignedCheckpoint | undefined;
  const { log, server } = testSink(() => ({ checkpoint: () => voucher }));
  const ask = (seq: string, name = 'admin') =>
    server.inject({ url: `/-/log/proof?seq=${seq}`, headers: { authorization: `Bearer ${name}` } });
  await record(log, 'abcdef');
  expect((await ask('3')).statusCode).toBe(503);
  voucher = { checkpoint: await makeCheckpoint(log, signer), key };
  await record(log, 'g');
  const answer = logProof.parse((await ask('3')).json());
  expect(JSON.parse(answer.event)).toMatchObject({ seq: 3, resource: { name: 'c' } });
  expect(verifyProof(proofCrypto, answer.proof, utf8(answer.event), key).size).toBe(6);
  const statuses = await Promise.all(['7', '8', '0', 'x'].map(async (seq) => (await ask(seq)).statusCode));
  expect(statuses).toEqual([503, 400, 400, 400]);
  expect((await ask('3', 'ada')).statusCode).toBe(403);
  const [segment] = log.segments();
  if (segment !== undefined) await log.prune(segment);
  expect((await ask('3')).statusCode).toBe(410);
});
