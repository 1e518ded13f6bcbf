import { Failure } from '../failure.ts';

/** Where to log in. */
export interface Destination {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

/** Reads USER@HOST. Nothing that ssh could take for an option or a command of its own. @throws Failure */
export function destination(text: string, port: number): Destination {
  const match =
    /^([a-z_][a-z0-9_-]{0,31})@([A-Za-z0-9][A-Za-z0-9.-]{0,252}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/.exec(text);
  if (!match?.[1] || !match[2]) throw new Failure(`${text} is not USER@HOST, such as root@192.168.1.20.`);
  return { user: match[1], host: match[2], port };
}
