import { parseArgs } from 'node:util';

/** What the agent is started with. */
export interface Flags {
  /** NIO's enrolment endpoint; found by itself where it is not given. */
  readonly nio: string | undefined;
  /** SHA-256 of NIO's public key; the first key that it is met with where it is not given. */
  readonly nioKey: string | undefined;
  readonly state: string;
  readonly install: boolean;
  readonly joinTokenFile: string | undefined;
  readonly logLevel: string;
}

/** How it is called. */
export const USAGE = `hearth-agent [--nio URL] [--nio-key SHA256] [--state DIR] [--install] [--join-token-file FILE] [--log-level LEVEL]`;

/** Reads the arguments. @throws where there is one that is not known. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      nio: { type: 'string' },
      'nio-key': { type: 'string' },
      state: { type: 'string', default: '/var/lib/hearth/agent' },
      install: { type: 'boolean', default: false },
      'join-token-file': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  return {
    nio: values.nio,
    nioKey: values['nio-key'],
    state: values.state,
    install: values.install,
    joinTokenFile: values['join-token-file'],
    logLevel: values['log-level'],
  };
}
