import type { Provider } from '../provider.ts';
import { authentik } from './authentik/adapter.ts';
import { hearth } from './hearth/adapter.ts';
import { keycloak } from './keycloak/adapter.ts';
import { openldap } from './openldap/adapter.ts';
import type { Adapter } from './provider.ts';

/** By which interface a provider is driven. */
type Api = Provider<'SSOClient'>['provision']['api'];

/** The adapters, by what definitions call their interfaces. */
export type Adapters = Readonly<Record<Api, Adapter>>;

export const adapters: Adapters = { hearth, keycloak, authentik, openldap };
