import { App, AppDefinition, Group, Home, SSOClient, User } from '@hearth/domain';
import {
  type Context,
  type Controller,
  type Immutable,
  type Key,
  keyOf,
  mapped,
  type Outcome,
  type Read,
  ready,
  Secret,
  specOf,
  waiting,
} from '@hearth/runtime';
import { appsByDefinition } from '../indexes.ts';
import { annotations, managedSelector } from '../names.ts';
import { readinessOf } from '../provider.ts';
import { type Herald, offerOf, soon, type Told, untellable } from './herald.ts';
import { behind, untold, userOutcome } from './outcome.ts';

/** Tells every identity provider of each User; one that is deleted goes when all have shut them out. */
export function createUserController(herald: Herald): Controller<User> {
  return {
    name: 'user',
    kind: User,
    finalizer: 'iam.hearth.dev/user',
    watches: [
      mapped(Group, ({ spec }) => (spec.members ?? []).map((name) => ({ name })), { aspect: specOf }),
      mapped(App, (app, read) => (offerOf(app, read) ? everyUser(read) : []), {
        aspect: (app) => [specOf(app), readinessOf(app), app.status?.version],
      }),
      mapped(AppDefinition, ({ spec }, read) =>
        spec.provides?.some(({ kind }) => kind === 'SSOClient') ? everyUser(read) : [],
      ),
      mapped(Home, (_, read) => everyUser(read), { aspect: specOf }),
    ],
    // The accounts of the providers' admins, and by whom people sign in.
    reads: [{ kind: Secret, selector: managedSelector }, SSOClient],
    indexes: [appsByDefinition],

    async reconcile({ metadata: { name }, spec }, context) {
      return userOutcome(name, spec.disabled, await herald.tell(context));
    },

    finalize: (user, context) => letGo(user, herald, context),
  };
}

function unknown(read: Read): Outcome | undefined {
  const sentences = untellable(read);
  return sentences.length === 0 ? undefined : waiting('DefinitionMissing', sentences.join(' '));
}

function late(told: readonly Told[]): Outcome | undefined {
  const found = behind(told);
  return found && waiting(found.reason, found.message, { after: soon });
}

const everyUser = (read: Read): Key[] => read.list(User).map(keyOf);

/** A provider that can't be told holds the User back: until it is, they could still come in there. */
async function letGo({ metadata }: Immutable<User>, herald: Herald, context: Context): Promise<Outcome> {
  const told = await herald.tell(context);
  const trouble = (told.length === 0 ? undefined : untold(told)) ?? unknown(context.read) ?? late(told);
  if (trouble === undefined) return ready();
  const { name } = metadata;
  if (metadata.annotations?.[annotations.forget] === 'true') {
    context.event('Warning', 'Forgotten', `Let go as asked. Not everybody knows: ${trouble.message}`);
    return ready();
  }
  const reason = trouble.type === 'ready' ? 'NotTold' : trouble.reason;
  const message =
    `${trouble.message} Until it is told, ${name} may be let in by it. If it never comes back: ` +
    `kubectl annotate user ${name} ${annotations.forget}=true lets this User go.`;
  return waiting(reason, message, { after: trouble.after });
}
