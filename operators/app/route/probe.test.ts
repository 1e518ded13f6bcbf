import { Waiting } from '@hearth/runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PemPair, readPair, tlsSecret } from '../certificate/pair.ts';
import { makeAuthority, signLeaf } from '../certificate/sign.ts';
import { probe } from './probe.ts';
import { standIn } from './testing/stand-in.ts';

const host = 'rss.hearth.home.arpa';
const mark = 'uid-of-the-route';
const never = new AbortController().signal;

let authority: PemPair;
let leaf: PemPair;
beforeAll(async () => {
  authority = await makeAuthority('hearth.home.arpa', new Date());
  const pair = readPair(tlsSecret({ namespace: 'home', name: 'any' }, authority));
  if (pair === undefined) throw new Error('the authority cannot be read');
  leaf = await signLeaf(pair, host, new Date());
});

const target = (address: { host: string; port: number }) => ({
  dial: async () => address,
  host,
  hostHeader: `${host}:8443`,
  mark,
  authority: authority.certificate,
});

describe('a probe', () => {
  test.each([200, 302, 401, 403, 404, 502, 503])('takes %i by this route for an answer', async (status) => {
    await using gateway = await standIn(leaf, { status, mark });
    expect(await probe(target(gateway.address), never)).toMatchObject({ status: 'True', reason: 'Answered' });
    expect(gateway.asked).toEqual([`${host}:8443`]);
  });

  test.each([
    ['by no route', undefined],
    ['by another route', 'uid-of-another'],
  ])('does not take an answer %s', async (_, other) => {
    await using gateway = await standIn(leaf, other === undefined ? { status: 404 } : { mark: other });
    expect(await probe(target(gateway.address), never)).toMatchObject({
      status: 'False',
      reason: 'NotRouted',
    });
  });

  test('does not trust a certificate of anyone else', async () => {
    const own = await makeAuthority(host, new Date());
    await using gateway = await standIn(own, { mark });
    const condition = await probe(target(gateway.address), never);
    expect(condition).toMatchObject({ status: 'False', reason: 'CertificateRefused' });
    expect(gateway.asked).toEqual([]);
  });

  test('trusts the public authorities alone where the home has none', async () => {
    await using gateway = await standIn(leaf, { mark });
    const condition = await probe({ ...target(gateway.address), authority: undefined }, never);
    expect(condition).toMatchObject({ status: 'False', reason: 'CertificateRefused' });
  });

  test('tells of a gateway that is not there, without its address', async () => {
    const gateway = await standIn(leaf, { mark });
    await gateway[Symbol.asyncDispose]();
    const message = 'The gateway can’t be reached (ECONNREFUSED).';
    expect(await probe(target(gateway.address), never)).toMatchObject({ reason: 'NoAnswer', message });
  });

  test('tells of a gateway without a pod', async () => {
    const dial = () => Promise.reject(new Waiting('NoEndpoints', 'Service traefik/traefik has no ready pod'));
    const message = 'The gateway can’t be reached: Service traefik/traefik has no ready pod.';
    expect(await probe({ ...target({ host: '', port: 0 }), dial }, never)).toMatchObject({
      status: 'False',
      message,
    });
  });

  test('gives up on one that says nothing', async () => {
    await using gateway = await standIn(leaf, { silent: true });
    const message = 'The gateway did not answer within 2 seconds.';
    expect(await probe(target(gateway.address), never)).toMatchObject({ reason: 'NoAnswer', message });
  });

  test('ends with the pass that asked for it', async () => {
    await using gateway = await standIn(leaf, { silent: true });
    await expect(probe(target(gateway.address), AbortSignal.timeout(50))).rejects.toThrow();
  });
});
