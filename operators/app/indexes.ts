import { App, Connection, Database } from '@hearth/domain';
import { indexed, keyText } from '@hearth/runtime';

/** Apps by their definition. */
export const appsByDefinition = indexed(App, 'definition', ({ spec }) => [spec.definition]);

/** Databases by the App that they are to be in, `NAMESPACE/NAME`. */
export const databasesByProvider = indexed(Database, 'provider', ({ spec }) => [keyText(spec.providerRef)]);

/** Connections by the App that they lead to, `NAMESPACE/NAME`. */
export const connectionsByProvider = indexed(Connection, 'provider', ({ spec }) => [
  keyText(spec.providerRef),
]);
