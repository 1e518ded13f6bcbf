import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { Failure } from '../failure.ts';

/** A chart of this repository, and what is said to it. */
interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Installs a release, or brings it to the chart and values of now. */
export type Helm = (release: Release) => Promise<void>;

const charts = join(import.meta.dirname, '../../charts');

/** Binds helm to one cluster. A release's chart is the one of its name. @throws Failure with what helm said. */
export function helmFor(binary: string, kubeconfig: string): Helm {
  return async ({ name, namespace, values = {} }) => {
    const target = ['--kubeconfig', kubeconfig, '--namespace', namespace, '--create-namespace'];
    try {
      await execa(binary, ['upgrade', '--install', name, join(charts, name), ...target, '--values', '-'], {
        input: JSON.stringify(values),
        env: { KUBECONFIG: kubeconfig },
      });
    } catch (error) {
      const said = error instanceof ExecaError ? String(error.stderr || error.shortMessage) : String(error);
      throw new Failure(`helm could not install ${name}: ${said.trim().split('\n').at(-1)}`);
    }
  };
}
