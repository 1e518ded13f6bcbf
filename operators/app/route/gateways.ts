import type { Kind } from '@hearth/runtime';
import type { Gateway } from './gateway.ts';
import { traefik } from './traefik/gateway.ts';

/** The gateways that Hearth can drive, by the definition of the App that offers them. */
const gateways: Readonly<Record<string, Gateway>> = { traefik };

/** The gateway that an App of this definition is. */
export const gatewayOf = (definition: string): Gateway | undefined =>
  Object.hasOwn(gateways, definition) ? gateways[definition] : undefined;

/** All kinds that some gateway makes: what a route leaves when it changes gateways is found among them. */
export const gatewayKinds: readonly Kind[] = Object.values(gateways).flatMap(({ kinds }) => kinds);
