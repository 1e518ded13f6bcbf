import { buildImage } from '../bootstrap/images/build.ts';
import { ensureTools } from '../bootstrap/local/native/toolchain.ts';
import { TOOL_MODULES } from '../bootstrap/local/native/tools.ts';
import { ensurePrerequisites, IMAGE_PACKAGES, NATIVE_PACKAGES } from '../bootstrap/local/prerequisites.ts';
import { NETBOOT_PACKAGES } from '../bootstrap/netboot/testing/packages.ts';
import type { Step } from '../bootstrap/steps.ts';
import { BROWSER_PACKAGES } from './harness/browser.ts';
import { BUSYBOX_PACKAGES } from './harness/busybox.ts';
import { POSTGRES_PACKAGES } from './harness/postgres.ts';
import { PROMETHEUS_PACKAGES } from './harness/prometheus.ts';
import { localImages } from './images/sign-on.ts';
import { MACHINE_PACKAGES } from './machines/packages.ts';

const PACKAGES = [
  ...NATIVE_PACKAGES,
  ...IMAGE_PACKAGES,
  ...POSTGRES_PACKAGES,
  ...BUSYBOX_PACKAGES,
  ...PROMETHEUS_PACKAGES,
  ...BROWSER_PACKAGES,
  ...MACHINE_PACKAGES,
  ...NETBOOT_PACKAGES,
];

/**
 * Makes what the tests need and that takes long on a fresh machine, so that no test has to wait for a compiler.
 * What is there already is left alone.
 */
export const prepareSteps = (): Step[] => [
  { title: 'Install packages', run: (progress) => ensurePrerequisites(PACKAGES, progress) },
  {
    title: 'Build tools',
    run: async (progress) => {
      await ensureTools(
        TOOL_MODULES.flatMap(({ packages }) => Object.keys(packages)),
        progress,
      );
    },
  },
  {
    title: 'Build images',
    run: async (progress) => {
      for (const { recipe } of localImages) await buildImage(recipe, progress);
    },
  },
];
