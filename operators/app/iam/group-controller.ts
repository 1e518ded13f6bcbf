import { App, AppDefinition, Group, Home, User } from '@hearth/domain';
import { type Controller, indexed, keyOf, mapped, Secret, specOf } from '@hearth/runtime';
import { managedSelector } from '../names.ts';
import { readinessOf } from '../provider.ts';
import { strangersIn } from './accounts.ts';
import { type Herald, offerOf } from './herald.ts';
import { groupOutcome } from './outcome.ts';

/** Groups by the names in them. */
const byMember = indexed(Group, 'member', ({ spec }) => spec.members ?? []);

/** Tells every identity provider of each Group, and a person of names in it that nobody has. */
export function createGroupController(herald: Herald): Controller<Group> {
  return {
    name: 'group',
    kind: Group,
    watches: [
      mapped(
        User,
        ({ metadata: { name } }, read) => read.list(Group, { index: [byMember.name, name] }).map(keyOf),
        { aspect: specOf },
      ),
      mapped(App, (app, read) => (offerOf(app, read) ? read.list(Group).map(keyOf) : []), {
        aspect: (app) => [specOf(app), readinessOf(app), app.status?.version],
      }),
      mapped(Home, (_, read) => read.list(Group).map(keyOf), { aspect: specOf }),
    ],
    reads: [AppDefinition, { kind: Secret, selector: managedSelector }],
    indexes: [byMember],

    async reconcile(group, context) {
      const told = await herald.tell(context);
      const strangers = strangersIn(group, (name) => context.read.get(User, { name }) !== undefined);
      return groupOutcome(group.spec.members ?? [], strangers, told);
    },
  };
}
