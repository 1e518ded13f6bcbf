import { integrationKinds, templateScopes } from './integration.ts';
import type { Rule } from './rule.ts';

/** What templates may say of the App itself: `${app.host}`. */
export const appFields = ['name', 'namespace', 'host', 'url', 'version'] as const;

/** What templates may say of the home: `${home.domain}`. */
export const homeFields = ['domain', 'caFile', 'caDir'] as const;

/** Fields by kind of integration, as a CEL map. */
const fieldsByKind = JSON.stringify(
  Object.fromEntries(Object.entries(integrationKinds).map(([kind, { fields }]) => [kind, fields])),
);

/**
 * The names in a template, `slot.field}` and the text up to the next one, as a CEL list. The space stands
 * where the text before the first name is: no name begins with one. The estimate of a rule's cost needs
 * the bound, so of more than five names in one text the rest are left to the controller.
 */
const namesIn = (template: string) => `('\${ ' + ${template}).split('\${', 7)`;

const slotKnown =
  "has(self.integrations) && self.integrations.exists(slot, name.startsWith(slot.name + '.') && " +
  `name.split('}', 2)[0].split('.', 2)[1] in ${fieldsByKind}[slot.kind])`;

/** A captured value is a secret too; where a step captures, the controller checks the names of secrets. */
const captures =
  'has(self.configure) && has(self.configure.postStart) && ' +
  'self.configure.postStart.exists(step, has(step.capture))';

const secretKnown = `(has(self.secrets) && self.secrets.exists(one, name.startsWith('secret.' + one.name + '}'))) || (${captures})`;

const settingKnown = "has(self.settings) && name.split('}', 2)[0].split('.', 2)[1] in self.settings";

/** One rule for each scope: together they would cost more than the API server lets one rule cost. */
const scopes = [
  {
    stray: `name.startsWith('app.') && !(name.split('}', 2)[0] in ${JSON.stringify(appFields.map((f) => `app.${f}`))})`,
    says: 'a name of the app that there isn’t; there are app.name, app.namespace, app.host, app.url and app.version',
  },
  {
    stray: `name.startsWith('home.') && !(name.split('}', 2)[0] in ${JSON.stringify(homeFields.map((f) => `home.${f}`))})`,
    says: 'a name of the home that there isn’t; there are home.domain, home.caFile and home.caDir',
  },
  {
    stray: `name.startsWith('settings.') && !(${settingKnown})`,
    says: 'a setting that is not in spec.settings',
  },
  {
    stray: `name.startsWith('secret.') && !(${secretKnown})`,
    says: 'a secret that is not in spec.secrets',
  },
  {
    stray:
      "name != '' && !name.startsWith(' ') && " +
      templateScopes.map((scope) => `!name.startsWith('${scope}.') && `).join('') +
      `!(${slotKnown})`,
    says: 'a slot that is not in spec.integrations, or a field that the slot’s kind doesn’t have',
  },
];

/**
 * Refuses names in environments that nothing fills in. Which variable has it can't be said here: a
 * message that is put together from names costs more than the API server allows.
 */
const templateRules: Rule[] = ['workloads', 'integrations'].flatMap((list) =>
  scopes.map(({ stray, says }) => ({
    rule:
      `!has(self.${list}) || self.${list}.all(owner, !has(owner.env) || ` +
      `owner.env.all(key, !${namesIn('owner.env[key]')}.exists(name, ${stray})))`,
    message: `an env of spec.${list} names ${says}`,
    fieldPath: `.${list}`,
  })),
);

/** The workload that an item with an optional `workload` means: the named one, or the first. */
const workloadOf = (item: string) =>
  `has(self.workloads) && self.workloads.exists(w, w.name == (has(${item}.workload) ? ${item}.workload : self.workloads[0].name)`;

const hasPort = (item: string) =>
  `${workloadOf(item)} && has(w.ports) && w.ports.exists(p, p.name == ${item}.port))`;

const hasWorkload = (item: string) => `!has(${item}.workload) || (${workloadOf(item)}))`;

const hasSecret = (name: string) => `has(self.secrets) && self.secrets.exists(one, one.name == ${name})`;

const namedParts: Rule[] = [
  {
    rule: `!has(self.integrations) || self.integrations.all(slot, !has(slot.port) || (${hasPort('slot')}))`,
    message: 'a Route slot names a port that its workload doesn’t have; name one of spec.workloads[].ports',
    fieldPath: '.integrations',
  },
  {
    rule:
      "!has(self.integrations) || self.integrations.all(slot, !has(slot.strategy) || slot.strategy == 'ldap' || " +
      "self.integrations.exists(other, other.kind == 'Route'))",
    message: 'an SSOClient slot needs a Route slot beside it: people sign in to an app by its address',
    fieldPath: '.integrations',
  },
  {
    rule: `!has(self.provides) || self.provides.all(offer, ${hasWorkload('offer')})`,
    message: 'provides names a workload that is not in spec.workloads',
    fieldPath: '.provides',
  },
  {
    rule: `!has(self.provides) || !has(self.workloads) || self.provides.all(offer, !has(offer.port) || (${hasPort('offer')}))`,
    message: 'provides names a port that its workload doesn’t have',
    fieldPath: '.provides',
  },
  {
    rule: `!has(self.provides) || !has(self.workloads) || self.provides.all(offer, !has(offer.admin) || (${hasSecret('offer.admin.secret')}))`,
    message: 'provides names an admin secret that is not in spec.secrets',
    fieldPath: '.provides',
  },
  {
    rule: `!has(self.provides) || !has(self.workloads) || self.provides.all(offer, !has(offer.apiKey) || (${hasSecret('offer.apiKey')}) || (${captures}))`,
    message: 'provides names an API key that is not in spec.secrets',
    fieldPath: '.provides',
  },
  {
    rule: `!has(self.configure) || !has(self.configure.preStart) || self.configure.preStart.all(step, ${hasWorkload('step')})`,
    message: 'a preStart step names a workload that is not in spec.workloads',
    fieldPath: '.configure.preStart',
  },
  {
    rule: `!has(self.configure) || !has(self.configure.postStart) || self.configure.postStart.all(step, ${hasWorkload('step')})`,
    message: 'a postStart step names a workload that is not in spec.workloads',
    fieldPath: '.configure.postStart',
  },
];

const imagesRule: Rule = {
  rule:
    '!has(self.workloads) || self.versions.all(version, ' +
    'self.workloads.all(w, (has(w.image) ? w.image : w.name) in version.images))',
  message: 'a version has no image for one of the workloads; every version names an image for each',
  fieldPath: '.versions',
};

/** What one part of a definition says about another, checked at admission. */
export const definitionRules: Rule[] = [imagesRule, ...namedParts, ...templateRules];
