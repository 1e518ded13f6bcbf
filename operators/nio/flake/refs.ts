import { type Packet, readPackets, writePackets } from './pkt-line.ts';

/** Commits by the full name of what points at them; of a tag that is an object of its own, `NAME^{}` is the commit. */
export type Refs = ReadonlyMap<string, string>;

/** What a server answers first: its refs, or that it wants to be asked for those that one needs (version 2). */
export type Advertisement = { readonly refs: Refs } | { readonly asksBack: true };

/** A name, and the commit. */
type Pair = [name?: string | undefined, id?: string | undefined];

const ID = /^[0-9a-f]{40}$/;

/** Reads the answer of a server that speaks git. @throws SyntaxError where it is something else. */
export function readAdvertisement(bytes: Buffer): Advertisement {
  const lines = readPackets(bytes).flatMap((packet) => ('line' in packet ? [packet.line] : []));
  const [first, ...rest] = lines.filter((line) => !line.startsWith('# service='));
  if (first === 'version 2') return { asksBack: true };
  // Behind the first ref, after a NUL, a server says what else it can.
  const named = [first?.split('\0')[0] ?? '', ...rest].map((line) => line.split(' '));
  return { refs: refsOf(named.map(([id, name]): Pair => [name, id])) };
}

/** Reads `info/refs` of a repository that is served as plain files: a commit, a tab and a name on each line. */
export function readPlainRefs(text: string): Refs {
  return refsOf(text.split('\n').map((line) => line.split('\t').reverse() as Pair));
}

/** What `HEAD` of a repository that is served as plain files points at: a name, or a commit. */
export function readHead(text: string): { readonly name: string } | { readonly id: string } | undefined {
  const [, name] = /^ref: (refs\/\S+)\s*$/.exec(text) ?? [];
  if (name !== undefined) return { name };
  const id = text.trim();
  return ID.test(id) ? { id } : undefined;
}

/** Asks, in version 2, for what a branch or a tag of this name may be. */
export function lsRefsRequest(ref: string | undefined): string {
  const prefixes = namesOf(ref).map((name) => `ref-prefix ${name}`);
  return writePackets(['command=ls-refs', 'agent=hearth', 'delimiter', 'peel', ...prefixes, 'flush']);
}

/** Reads the answer to that. @throws SyntaxError where it is something else. */
export function readLsRefs(bytes: Buffer): Refs {
  const lineOf = (packet: Packet) => ('line' in packet ? [packet.line.split(' ')] : []);
  return refsOf(
    readPackets(bytes)
      .flatMap(lineOf)
      .flatMap(([id, name, ...attributes]): Pair[] => {
        const peeled = attributes.find((each) => each.startsWith('peeled:'))?.slice('peeled:'.length);
        return peeled ? [[`${name}^{}`, peeled]] : [[name, id]];
      }),
  );
}

/** The commit of a branch, or else of a tag; of the repository’s own choice where none is named. */
export function commitOf(refs: Refs, ref: string | undefined): string | undefined {
  const found = namesOf(ref).map((name) => refs.get(`${name}^{}`) ?? refs.get(name));
  return found.find((commit) => commit !== undefined);
}

function namesOf(ref: string | undefined): string[] {
  if (ref === undefined) return ['HEAD'];
  return ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
}

/** Leaves out what is no commit of 40 digits: what a server says of itself, and the line of an empty repository. */
function refsOf(pairs: readonly Pair[]): Refs {
  return new Map(
    pairs.flatMap(([name, id]) =>
      name && id && ID.test(id) && !/^0+$/.test(id) ? [[name, id] as const] : [],
    ),
  );
}
