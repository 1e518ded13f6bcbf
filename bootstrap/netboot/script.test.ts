import { expect, test } from 'vitest';
import { bootScript } from './script.ts';

const images = 'http://192.168.77.2:8069/images';
const parameters = ['hearth.nio=https://nio:8443', 'hearth.nio-key=abc='];
const pc = { architecture: 'x86_64', commandLine: 'init=/nix/store/x/init loglevel=4' } as const;

test('the installer starts with what it has to know', () => {
  expect(bootScript('installer', [pc], images, parameters)).toBe(`#!ipxe
echo Hearth: the installer for this machine comes over the network.
iseq \${buildarch} arm64 && goto aarch64 || goto x86_64
:x86_64
kernel ${images}/x86_64/kernel initrd=initrd init=/nix/store/x/init loglevel=4 hearth.nio=https://nio:8443 hearth.nio-key=abc= || goto failed_x86_64
initrd --name initrd ${images}/x86_64/initrd || goto failed_x86_64
boot || goto failed_x86_64
:failed_x86_64
echo Hearth: the installer could not be started. Restart this machine to try again.
sleep 10
exit
:aarch64
echo Hearth: there is no installer for aarch64 here.
sleep 10
exit
`);
});

test('a machine that has its system boots from its disk, whatever there is', () => {
  expect(bootScript('disk', [pc], images, parameters)).toBe(
    '#!ipxe\necho Hearth: this machine has its system. It boots from its disk.\nexit\n',
  );
});
