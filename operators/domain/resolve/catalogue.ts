import type { AppDefinition } from '../schema/app-definition.ts';

/** The definitions that are there, by name. */
export type Catalogue = ReadonlyMap<string, AppDefinition>;
