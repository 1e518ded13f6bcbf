import { execa } from 'execa';
import { NETWORK } from '../network.ts';

/** A link as `ip -j link show` prints it. */
interface Link {
  readonly ifname: string;
  readonly master?: string;
}

/** The bridge and all links that are joined to it, from what `ip -j link show` prints; the bridge last. */
export function linksOfBridge(json: string, bridge: string): string[] {
  const links = JSON.parse(json || '[]') as Link[];
  const joined = links.filter((link) => link.master === bridge).map((link) => link.ifname);
  return links.some((link) => link.ifname === bridge) ? [...joined, bridge] : joined;
}

/** Removes the bridge and what is joined to it. */
export async function removeLinks(): Promise<void> {
  const { stdout } = await execa('ip', ['-j', 'link', 'show']);
  for (const link of linksOfBridge(stdout, NETWORK.bridge)) {
    // The other end of a pair may be gone with its namespace, and the link with it, at any moment.
    await execa('ip', ['link', 'delete', link], { reject: false });
  }
}
