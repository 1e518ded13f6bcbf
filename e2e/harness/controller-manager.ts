import { execa } from 'execa';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';

/** What of kube-controller-manager a test of deletion needs. The others would only make pods that nothing runs. */
const deleting = [
  'namespace-controller',
  'garbage-collector-controller',
  'persistentvolumeclaim-protection-controller',
];

/**
 * Starts what deletes in a real cluster: namespaces with all that is in them, and what has lost its owner. It
 * learns of kinds when it starts and every half minute, so start it when they are there. Or starts `controllers`.
 *
 * @returns how to end it. It ends with this process, however that ends.
 */
export async function startControllerManager(
  kubeconfig: string,
  controllers: readonly string[] = deleting,
  moreFlags: readonly string[] = [],
): Promise<() => Promise<void>> {
  const tools = await ensureTools(['kube-controller-manager'], () => undefined);
  const flags = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.join(',')}`,
    '--leader-elect=false',
    '--secure-port=0',
    ...moreFlags,
  ];
  const running = execa('setpriv', ['--pdeathsig=KILL', '--', tools['kube-controller-manager'], ...flags], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  return async () => {
    running.kill('SIGKILL');
    await running;
  };
}
