import { App, Database } from '@hearth/domain';
import { indexed, keyText } from '@hearth/runtime';

/** Apps by their definition. */
export const appsByDefinition = indexed(App, 'definition', ({ spec }) => [spec.definition]);

/** Databases by the App that they are to be in, `NAMESPACE/NAME`. */
export const databasesByProvider = indexed(Database, 'provider', ({ spec }) => [keyText(spec.providerRef)]);
