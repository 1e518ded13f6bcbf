import type { Installer } from './images.ts';

/** From where a machine boots: a machine that has its system leaves the network alone. */
export type BootTarget = 'disk' | 'installer';

/** What iPXE calls the processors that it is built for (`buildarch`), as far as that matters: on a PC it may be `i386`. */
const IPXE_ARM = 'arm64';

/**
 * The iPXE script for a machine (https://ipxe.org/scripting).
 * @param images where the folder with the images is, by HTTP, without a slash at its end
 * @param parameters what the installer’s kernel is told in addition
 */
export function bootScript(
  target: BootTarget,
  installers: readonly Installer[],
  images: string,
  parameters: readonly string[],
): string {
  const lines =
    target === 'disk'
      ? ['echo Hearth: this machine has its system. It boots from its disk.', 'exit']
      : installerLines(installers, images, parameters);
  return `#!ipxe\n${lines.join('\n')}\n`;
}

function installerLines(
  installers: readonly Installer[],
  images: string,
  parameters: readonly string[],
): readonly string[] {
  return [
    'echo Hearth: the installer for this machine comes over the network.',
    `iseq \${buildarch} ${IPXE_ARM} && goto aarch64 || goto x86_64`,
    ...(['x86_64', 'aarch64'] as const).flatMap((architecture) => {
      const installer = installers.find((each) => each.architecture === architecture);
      const steps = installer ? start(installer, images, parameters) : absent(architecture);
      return [`:${architecture}`, ...steps];
    }),
  ];
}

/** A step that fails is said, and the machine goes on with what it would boot otherwise. */
function start(
  { architecture, commandLine }: Installer,
  images: string,
  parameters: readonly string[],
): readonly string[] {
  const told = ['initrd=initrd', commandLine, ...parameters].join(' ');
  return [
    `kernel ${images}/${architecture}/kernel ${told} || goto failed_${architecture}`,
    `initrd --name initrd ${images}/${architecture}/initrd || goto failed_${architecture}`,
    `boot || goto failed_${architecture}`,
    `:failed_${architecture}`,
    'echo Hearth: the installer could not be started. Restart this machine to try again.',
    'sleep 10',
    'exit',
  ];
}

const absent = (architecture: string): readonly string[] => [
  `echo Hearth: there is no installer for ${architecture} here.`,
  'sleep 10',
  'exit',
];
