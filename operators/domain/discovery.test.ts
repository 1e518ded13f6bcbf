import { describe, expect, test } from 'vitest';
import { nioFromKernel, nioFromTxt, nioKernelParameters, nioTxt } from './discovery.ts';

const url = 'https://nio.hearth.home.arpa:8443';
const key = `${'q+/1'.repeat(10)}abc=`;

describe('what the network says of NIO', () => {
  test.each([
    [{ url, key }],
    [{ url }],
    [{ url: 'https://192.168.1.5:8443/' }],
    [{ url: 'https://[fd00::5]:8443' }],
  ])('comes back as it was said: %o', (address) => {
    expect(nioFromTxt(nioTxt(address))).toEqual(address);
    const line = `BOOT_IMAGE=kernel init=/init ${nioKernelParameters(address).join(' ')} quiet\n`;
    expect(nioFromKernel(line)).toEqual(address);
  });

  test.each([
    ['nothing', []],
    ['another record', ['txtvers=1', 'path=/']],
    ['no TLS', ['nio=http://nio:8443']],
    ['a key that is none', [`nio=${url}`, 'key=abc']],
    ['a path', [`nio=${url}/elsewhere`]],
    ['a name and a password', ['nio=https://user:password@nio:8443']],
    ['a word that ends the parameter', [`nio=${url} init=/bin/sh`]],
    ['something for a script to replace', [`nio=https://\${net0/mac}`]],
  ])('is refused: %s', (_, strings) => {
    expect(nioFromTxt(strings)).toBeUndefined();
  });

  test('the first of two counts, and names are read in any case (RFC 6763, 6.4)', () => {
    expect(nioFromTxt([`NIO=${url}`, 'nio=https://other:1', 'flag'])).toEqual({ url });
  });

  test('every string fits a TXT record', () => {
    const longest = { url: `https://${'n'.repeat(186)}:65535`, key };
    for (const each of nioTxt(longest)) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(255);
    expect(nioFromTxt(nioTxt(longest))).toEqual(longest);
  });
});
