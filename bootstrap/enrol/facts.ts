import { Failure } from '../failure.ts';
import { printable } from '../printable.ts';

/** What a machine with a shell says of itself, before it is taken over. */
export interface ShellFacts {
  readonly user: string;
  /** As `uname -m` says it. */
  readonly architecture: string;
  readonly system: string;
  /** Of the board, where a device tree names it. */
  readonly model: string;
  readonly memoryBytes: number;
  /** Whether it is one of Hearth’s already. */
  readonly hasAgent: boolean;
  readonly disks: readonly string[];
}

/**
 * Asks for them, with what every Linux has. It is always this text, whatever is asked about; each answer follows a line
 * that begins with `@@`.
 */
export const FACTS_SCRIPT = `
exec 2>/dev/null
echo @@user; id -u
echo @@architecture; uname -m
echo @@system; ( . /etc/os-release; echo "$PRETTY_NAME" )
echo @@model; tr -d '\\000' < /proc/device-tree/model
echo @@memory; grep '^MemTotal:' /proc/meminfo
echo @@agent
if [ -e /var/lib/hearth/agent ] || systemctl is-active --quiet hearth-agent; then echo yes; fi
echo @@disks; lsblk --nodeps --noheadings --output NAME,SIZE,SERIAL,MODEL --include 8,179,252,253,254,259
echo @@end
`;

/** Reads the answers. @throws Failure where they are not whole: it is no Linux, or its shell talks by itself. */
export function parseFacts(output: string): ShellFacts {
  const parts = new Map<string, string>();
  for (const part of output.split(/^@@/m).slice(1)) {
    const end = part.indexOf('\n');
    parts.set(part.slice(0, end < 0 ? undefined : end).trim(), end < 0 ? '' : part.slice(end + 1).trim());
  }
  if (!parts.has('end') || !parts.get('architecture'))
    throw new Failure(
      'What answers there does not say what it is: kiko enroll takes over a machine that runs Linux.',
    );
  const answer = (name: string) => parts.get(name) ?? '';
  return {
    user: answer('user'),
    architecture: answer('architecture'),
    system: answer('system') || 'an unknown Linux',
    model: answer('model'),
    memoryBytes: Number(/(\d+) kB/.exec(answer('memory'))?.[1] ?? 0) * 1024,
    hasAgent: answer('agent') === 'yes',
    disks: answer('disks')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  };
}

/** The installer runs in memory, and so does what it fetches until it has a disk. */
const LEAST_MEMORY = 1.5e9;

/** Why this machine is not taken over, in a sentence that says how else to go; undefined where it can be. */
export function objection(
  { user, architecture, model, memoryBytes, hasAgent }: ShellFacts,
  host: string,
): string | undefined {
  if (hasAgent)
    return `${host} is a machine of a home already: Hearth’s agent is on it. kiko machine list shows it; nothing was done.`;
  if (/raspberry pi/i.test(model))
    return (
      `${host} is a ${model}, and kexec does not work there. Write the SD image to a card and start it from that; or over ` +
      'the network, where the images that kiko netboot serves have a folder raspberry-pi.'
    );
  if (user !== '0') return `Only root may start another system on ${host}: log in as root@${host}.`;
  if (architecture !== 'x86_64' && architecture !== 'aarch64')
    return `There is no installer for ${architecture}, which ${host} is.`;
  if (memoryBytes < LEAST_MEMORY)
    return `${host} has ${(memoryBytes / 1e9).toFixed(1)} GB of memory, and the installer, which runs in it, needs 1.5 GB.`;
  return undefined;
}

/** What a person has to see before it is done. */
export const factLines = (facts: ShellFacts): string =>
  [
    `It runs ${facts.system} on ${facts.architecture}${facts.model ? ` (${facts.model})` : ''}, with ${(facts.memoryBytes / 1e9).toFixed(1)} GB of memory.`,
    ...facts.disks.map((disk) => `  disk ${disk}`),
    'All that runs there ends now. Its disks are left as they are: what is installed where is asked when you approve it.',
  ]
    .map(printable)
    .join('\n');
