import { execa } from 'execa';

/** The chains that Kubernetes and CNI plugins make; what jumps to one of them is theirs as well. */
const OURS = /^(KUBE|CNI)-/;

/** One table of what `iptables-save` prints. */
interface Table {
  readonly name: string;
  readonly chains: readonly { readonly name: string; readonly policy: string }[];
  readonly rules: readonly string[];
}

/** Reads what `iptables-save` prints. */
export function parseTables(saved: string): Table[] {
  return saved
    .split(/^\*/m)
    .slice(1)
    .map((section) => {
      const lines = section.split('\n');
      const chains = lines.filter((line) => line.startsWith(':')).map((line) => line.slice(1).split(' '));
      return {
        name: lines[0]?.trim() ?? '',
        chains: chains.map(([name = '', policy = '']) => ({ name, policy })),
        rules: lines.filter((line) => line.startsWith('-A ')),
      };
    });
}

/**
 * What to give to `iptables-restore --noflush` so that our chains, and the rules of others' chains that jump to
 * them, go, and nothing else does. Undefined when there is nothing of ours.
 */
export function removal(saved: string): string | undefined {
  const tables = parseTables(saved).flatMap(({ name, chains, rules }) => {
    const ours = chains.map((chain) => chain.name).filter((chain) => OURS.test(chain));
    const foreign = rules.filter((rule) => !OURS.test(chainOf(rule)) && OURS.test(targetOf(rule)));
    if (ours.length === 0 && foreign.length === 0) return [];
    const deletions = foreign.map((rule) => rule.replace(/^-A /, '-D '));
    // All are emptied before the first is removed: they jump to each other.
    const emptied = ours.map((chain) => `-F ${chain}`);
    const removed = ours.map((chain) => `-X ${chain}`);
    return [`*${name}`, ...deletions, ...emptied, ...removed, 'COMMIT'].join('\n');
  });
  return tables.length === 0 ? undefined : `${tables.join('\n')}\n`;
}

const chainOf = (rule: string): string => rule.split(' ')[1] ?? '';
/** The jump comes after the comment, which may hold anything. */
const targetOf = (rule: string): string => / -[jg] (\S+)[^"]*$/.exec(rule)?.[1] ?? '';

/** The tables that hold nothing but built-in chains that accept: as good as absent. */
export const emptyTables = (saved: string): string[] =>
  parseTables(saved)
    .filter(({ chains, rules }) => rules.length === 0 && chains.every((chain) => chain.policy === 'ACCEPT'))
    .map((table) => table.name);

const FAMILIES = [
  { command: 'iptables', nft: 'ip' },
  { command: 'ip6tables', nft: 'ip6' },
] as const;

/** Removes the rules and chains of Kubernetes and CNI from the firewall, and tables that are left empty. */
export async function removeFirewallRules(): Promise<void> {
  for (const { command, nft } of FAMILIES) {
    const before = await save(command);
    const restore = removal(before);
    if (!restore) continue;
    await execa(`${command}-restore`, ['--noflush'], { input: restore });
    // With the nftables backend a table stays behind when its last rule goes; the legacy one has no such tables.
    const touched = new Set(parseTables(restore).map((table) => table.name));
    const empty = emptyTables(await save(command)).filter(
      (table) => touched.has(table) || table === 'mangle',
    );
    for (const table of empty) await execa('nft', ['delete', 'table', nft, table], { reject: false });
  }
}

async function save(command: string): Promise<string> {
  return (await execa(`${command}-save`, [], { reject: false })).stdout;
}
