import { ExecaError, execa } from 'execa';
import { Failure } from './failure.ts';

/**
 * kubectl with its kubeconfig settled: runs it and gives its standard output.
 * @throws Failure with what kubectl said.
 */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Binds kubectl to one cluster. No other kubeconfig is read, whatever the environment says. */
export function kubectlFor(binary: string, kubeconfig: string): Kubectl {
  return async (args, input) => {
    try {
      const options = { ...(input === undefined ? {} : { input }), env: { KUBECONFIG: kubeconfig } };
      const { stdout } = await execa(binary, ['--kubeconfig', kubeconfig, ...args], options);
      return stdout;
    } catch (error) {
      const said = error instanceof ExecaError ? String(error.stderr || error.shortMessage) : String(error);
      throw new Failure(`kubectl ${args.slice(0, 2).join(' ')} failed: ${said.trim().split('\n').at(-1)}`);
    }
  };
}

/** Applies objects server-side, as Kiko's own. */
export async function applyObjects(kubectl: Kubectl, objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const args = ['apply', '--server-side', '--force-conflicts', '--field-manager=kiko', '-f', '-'];
  await kubectl(args, JSON.stringify(list));
}
