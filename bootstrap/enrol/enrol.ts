import { type NioAddress, nioKernelParameters } from '@hearth/domain';
import { Failure } from '../failure.ts';
import type { Destination } from './destination.ts';
import { FACTS_SCRIPT, objection, parseFacts, type ShellFacts } from './facts.ts';
import type { Ssh } from './ssh.ts';

/** In memory, and gone with the system that goes; only root looks in. */
const FOLDER = '/run/hearth-kexec';

/*
 * What the machine is told. A shell reads it there, so it never holds anything that was given: that comes by standard
 * input, or lies in a file.
 */
const UNPACK = `umask 077 && rm -rf ${FOLDER} && mkdir -p ${FOLDER} && tar -xzf - -C ${FOLDER}`;
const TAKE_PARAMETERS = `cat > ${FOLDER}/parameters`;

/** The archive has a kexec of its own, which needs nothing of the system there. */
const LOAD = `
set -eu
cd ${FOLDER}
for file in kernel initrd cmdline kexec; do
  [ -s "$file" ] || { echo "the archive has no $file" >&2; exit 1; }
done
./kexec --load kernel --initrd=initrd --command-line="$(cat cmdline) $(cat parameters)"
sync
`;

/** By itself, since the connection ends with the system. */
const GO = `
cd ${FOLDER}
nohup sh -c 'sleep 1; ./kexec --exec' > /dev/null 2>&1 < /dev/null &
`;

/** What is shown as it goes on. */
type Doing = (what: string) => void;

/** A machine that is to be taken over, once it has said what it is. */
export interface Taking {
  readonly facts: ShellFacts;
  /**
   * Has it start the installer out of its memory: all that runs there ends. Its disks are not touched.
   * @param archive a gzipped tar with `kernel`, `initrd`, `cmdline` and a `kexec` that runs anywhere
   */
  start(archive: string, nio: NioAddress, doing: Doing): Promise<void>;
}

/** Asks a machine what it is. @throws Failure where it is none that may be taken over. */
export async function approach(ssh: Ssh, { host }: Destination): Promise<Taking> {
  const facts = parseFacts(await ssh.run(FACTS_SCRIPT));
  const reason = objection(facts, host);
  if (reason !== undefined) throw new Failure(reason);
  return {
    facts,
    async start(archive, nio, doing) {
      doing('copying the installer');
      await ssh.feed(UNPACK, archive);
      await ssh.tell(TAKE_PARAMETERS, nioKernelParameters(nio).join(' '));
      doing('loading it');
      await ssh.run(LOAD);
      doing('starting it');
      await ssh.run(GO);
    },
  };
}
