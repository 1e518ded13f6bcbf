import type { TestProject } from 'vitest/node';
import { startControlPlane } from './control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of an administrator's kubeconfig for the control plane that the tests of a run share. */
    readonly kubeconfig: string;
  }
}

/** Starts the control plane that all tests against an API server share; returns how to end it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const plane = await startControlPlane();
  project.provide('kubeconfig', plane.kubeconfig);
  return plane.stop;
}
