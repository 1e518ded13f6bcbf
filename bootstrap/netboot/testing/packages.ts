import type { Prerequisite } from '../../local/prerequisites.ts';

/** What trying network boot, and a login by SSH, needs of this machine. */
export const NETBOOT_PACKAGES: readonly Prerequisite[] = [
  { package: 'dnsmasq-base', provides: 'dnsmasq' },
  { package: 'tftp-hpa', provides: 'tftp' },
  { package: 'nftables', provides: 'nft' },
  { package: 'qemu-system-x86', provides: 'qemu-system-x86_64' },
  { package: 'ipxe-qemu', provides: { file: 'pxe-e1000.rom', folders: ['/usr/lib/ipxe/qemu'] } },
  { package: 'ipxe', provides: { file: 'ipxe.efi', folders: ['/usr/lib/ipxe'] } },
  { package: 'ovmf', provides: { file: 'OVMF_CODE.fd', folders: ['/usr/share/OVMF'] } },
  { package: 'openssh-server', provides: 'sshd' },
  { package: 'openssh-client', provides: 'ssh-keyscan' },
];
