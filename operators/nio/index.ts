import { type Context, type Controller, systemClock } from '@hearth/runtime';
import { configurationController } from './configuration/controller.ts';
import { gitOverHttp } from './flake/git-http.ts';
import { nioKeys } from './keys/keys.ts';
import { machineController } from './machine/controller.ts';
import { createGiving } from './machine/files.ts';

export { type EnrolmentEndpoint, type EnrolmentOptions, startEnrolment } from './enrolment/start.ts';

/** What NIO has to be told. */
export interface NioOptions {
  /** The namespace of the suite, where NIO keeps its own keys. */
  readonly namespace: string;
}

/** The controllers of NIO. */
export function nioControllers({ namespace }: NioOptions): readonly Controller[] {
  const giving = createGiving(digestKeyIn(namespace));
  return [
    machineController({ giving, clock: systemClock }),
    configurationController({ source: gitOverHttp(), giving }),
  ] as Controller[];
}

/** The key of digests, read when it is first needed. */
function digestKeyIn(namespace: string): (context: Context) => Promise<Buffer> {
  let known: Buffer | undefined;
  return async ({ read, act }) => {
    known ??= (await nioKeys({ live: read.live, create: (secret) => act.create(secret) }, namespace)).digests;
    return known;
  };
}
