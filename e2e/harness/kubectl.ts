import { execa } from 'execa';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';

/** What kubectl answered; an error of it is an answer too. */
interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl against one API server, with an object on its standard input where one is given. */
export type Kubectl = (args: readonly string[], object?: unknown) => Promise<Answer>;

/** The real kubectl, bound to a kubeconfig. */
export async function kubectlOf(kubeconfig: string): Promise<Kubectl> {
  const { kubectl } = await ensureTools(['kubectl'], () => undefined);
  return async (args, object) => {
    const { exitCode, stdout, stderr } = await execa(kubectl, ['--kubeconfig', kubeconfig, ...args], {
      input: object === undefined ? '' : JSON.stringify(object),
      reject: false,
    });
    return { ok: exitCode === 0, stdout, stderr };
  };
}
