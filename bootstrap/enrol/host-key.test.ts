import { describe, expect, test } from 'vitest';
import { fingerprint, toldFingerprint, trustedLine } from './host-key.ts';

// What ssh-keygen -lf says of this key was taken down by hand.
const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const rsa = 'AAAAB3NzaC1yc2EAAAADAQABAAAAAQE=';
const scan = `# rescue:22 SSH-2.0-OpenSSH_9.2
rescue ssh-rsa ${rsa}
rescue ssh-ed25519 ${ed25519}
`;

describe('the key of a machine', () => {
  test('has the fingerprint that OpenSSH prints', () => {
    expect(fingerprint(ed25519)).toBe('SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA');
  });

  test('is believed when somebody vouched for it, and no other of the same scan with it', () => {
    expect(trustedLine(scan, fingerprint(ed25519))).toBe(`rescue ssh-ed25519 ${ed25519}\n`);
  });

  test('is not believed otherwise', () => {
    expect(() => trustedLine(scan, `SHA256:${'A'.repeat(43)}`)).toThrow('Nothing was sent to it');
    expect(() => trustedLine('', fingerprint(rsa))).toThrow('No SSH server answers there');
  });
});

test.each(['', 'MD5:aa:bb', 'SHA256:short', `${'A'.repeat(43)}`, `SHA256:${'A'.repeat(44)}`])(
  'a fingerprint is whole: %j is refused',
  (text) => {
    expect(() => toldFingerprint(text)).toThrow('--host-key takes');
  },
);

test('padding does not matter', () => {
  expect(toldFingerprint(`SHA256:${'A'.repeat(43)}=`)).toBe(`SHA256:${'A'.repeat(43)}`);
});
