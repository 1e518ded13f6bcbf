import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import type { Rule } from './rule.ts';

declare module 'zod' {
  /** What the schemas say to the CRD generator beyond JSON Schema. */
  interface GlobalMeta {
    /** How the API server merges a list: by key, as a set, or as a whole where order and repeats matter. */
    listType?: 'map' | 'set' | 'atomic';
    listMapKeys?: string[];
    rules?: Rule[];
    /** What people are told when the pattern or the bounds do not match: these say little to them. */
    sentence?: string;
    /** Says that the keys of a map, which no rule can see, are checked by a controller. */
    keysCheckedBy?: 'controller';
  }
}

/** A string of a pattern, at most `max` characters long; whoever writes another is told the sentence. */
export const matching = (max: number, pattern: RegExp, sentence: string) =>
  z.string().max(max).regex(pattern, sentence).meta({ sentence });

/** A DNS label (RFC 1123): what Kubernetes lets an object or a Service be called. */
export const dnsLabel = () =>
  matching(
    63,
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'must be lower-case letters, digits and hyphens, with a letter or digit at each end',
  ).meta({ description: 'Lower-case letters, digits and hyphens; at most 63.' });

/** A name of a part inside a definition (a slot, a port, a volume), short enough to stand in a Service port. */
export const partName = () =>
  matching(
    15,
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'must be lower-case letters, digits and hyphens, starting with a letter and not ending in a hyphen',
  ).meta({ description: 'Lower-case letters, digits and hyphens, starting with a letter; at most 15.' });

/** A DNS name (RFC 1123 subdomain). */
export const dnsName = () =>
  matching(
    253,
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be a DNS name: lower-case letters, digits, hyphens and dots, such as rss or photos.example.org',
  );

/**
 * Hosts that belong to the identity provider alone: who answers there could ask people for their
 * passwords. Only an App of the definition `identity` has one of them.
 */
export const reservedHosts: readonly string[] = ['identity', 'auth'];

/** The namespace whose Apps may serve others. Only admins write there. */
export const PROVIDERS_NAMESPACE = 'hearth-providers';

const NO_ADDRESS: Rule = {
  rule: "!self.matches('^[0-9.]+$')",
  message: 'must be a name relative to the home’s domain, such as rss, and not an address',
};

/** A host of the home, relative to its domain. */
export const relativeHost = () => dnsName().meta({ rules: [NO_ADDRESS] });

/** The home's domain itself, as a zone file has it. Only a Route of the suite's own namespace gets it. */
export const APEX = '@';

/** A host of a Route: relative to the home's domain, or that domain itself. */
export const routeHost = () =>
  matching(
    253,
    /^(@|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$/,
    'must be a DNS name: lower-case letters, digits, hyphens and dots, such as rss; or @ for the domain itself',
  ).meta({ rules: [NO_ADDRESS] });

/** A bounded, human-readable text. */
export const text = (max: number) => z.string().max(max);

/** A TCP or UDP port. */
export const port = () => z.int().min(1).max(65535);

/** An absolute path inside a container, without `..`. */
export const containerPath = () =>
  matching(
    255,
    /^(\/(\.?[A-Za-z0-9_@%+=:,-][A-Za-z0-9._@%+=:,-]*))+$/,
    'must be an absolute path such as /var/lib/app, without . or .. in it and without a slash at the end',
  ).meta({ description: 'An absolute path in the container, without `.` or `..` in it.' });

/** A Kubernetes quantity (`500m`, `20Gi`). */
export const quantity = () =>
  matching(
    32,
    /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/,
    'must be a quantity as Kubernetes writes them, such as 500m or 20Gi',
  );

/** A length of time in whole seconds, minutes or hours (`120s`, `5m`, `1h`). */
export const duration = () =>
  matching(8, /^[1-9][0-9]{0,5}(s|m|h)$/, 'must be a length of time such as 120s, 5m or 1h');

/** A container image reference, by tag or digest. */
export const image = () =>
  matching(
    300,
    /^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/,
    'must be an image reference such as ghcr.io/miniflux/miniflux:2.2.14, without spaces',
  );

/** The path of a request, on an app's own Service or route. */
export const requestPath = (max: number) =>
  matching(max, /^\/[^\s]*$/, 'must be a path that starts with / and has no spaces in it; never a URL');

/** The beginning of paths of requests, as gateways compare it: what ends their quotes can't be in it. */
export const pathBeginning = () =>
  matching(
    255,
    /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$/,
    'must be the beginning of a path, such as /api/, in characters that a URL has as they are; not / alone',
  );

/** The name of a setting, `pollingFrequency`. */
export const settingName = () =>
  matching(
    63,
    /^[a-z][A-Za-z0-9]*$/,
    'must be letters and digits, starting with a lower-case letter, such as pollingFrequency',
  );

/** The name of an extension of a database engine, `hstore`. */
export const extensionName = () =>
  matching(
    63,
    /^[a-z][-a-z0-9_]*$/,
    'must be the name of an extension, such as hstore: lower-case letters, digits, hyphens and underscores',
  );

/** What settings may hold: no objects, no lists. */
export const scalar = () => z.union([z.string().max(1024), z.number(), z.boolean()]);

/** A text with `${slot.field}` in it; see `template.ts`. */
export const template = (max = 1024) =>
  matching(
    max,
    /^([^$]|\$+[^${]|\$+\{[a-z][-a-z0-9]*\.[A-Za-z][-A-Za-z0-9]*\})*\$*$/,
    'a name to fill in is written ${slot.field}, ${settings.NAME}, ${secret.NAME}, ${app.host} or ${home.domain}',
  ).meta({
    description:
      'Text in which `${slot.field}`, `${settings.x}`, `${secret.x}`, `${app.host}` and `${home.domain}` are filled in, ' +
      'once.',
  });

/** The name of an environment variable. */
const environmentName = () =>
  matching(
    63,
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'must be a name of an environment variable: letters, digits and underscores, not starting with a digit',
  );

/** Environment variables, each a template. */
export const environment = (max: number) => boundedRecord(environmentName(), template(), max);

/** An object with free keys, at most `max` of them (CEL's cost estimate needs the bound). */
export const boundedRecord = <K extends z.ZodType<string, string>, V extends z.ZodType>(
  key: K,
  value: V,
  max: number,
) => z.record(key as unknown as z.ZodString, value).meta({ maxProperties: max });

/** A list whose items are told apart by a key: appliers merge it item by item. */
export const mapList = <Item extends z.ZodType>(item: Item, max: number, keys: string[] = ['name']) =>
  z.array(item).max(max).meta({ listType: 'map', listMapKeys: keys });

/** A list without repeats whose order means nothing. */
export const setList = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item).max(max).meta({ listType: 'set' });

/** A list in which order and repeats matter (a command line). */
export const sequence = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item).max(max).meta({ listType: 'atomic' });

/** A reference to an App that provides something. */
export const providerRef = () =>
  z
    .object({
      namespace: dnsLabel().meta({ description: 'The namespace of the providing App.' }),
      name: dnsLabel().meta({ description: 'The name of the providing App.' }),
    })
    .meta({ description: 'The App that provides.' });
export type ProviderRef = Immutable<z.infer<ReturnType<typeof providerRef>>>;

/** What becomes of the data when the resource is deleted. */
export const deletionPolicy = () =>
  z.enum(['Retain', 'Delete']).default('Retain').meta({
    description: 'Retain keeps the data for a resource of the same name to adopt again; Delete drops it.',
  });

/** How far out an app can be reached. */
export const exposure = () =>
  z.enum(['lan', 'private', 'public']).meta({
    description:
      'lan: the home network. private: signed-in people only, from anywhere; where nothing asks for sign-on, it is ' +
      'kept to the home network. public: everyone.',
  });

const condition = () =>
  z.object({
    type: z.string().min(1).max(316),
    status: z.enum(['True', 'False', 'Unknown']),
    observedGeneration: z.int().min(0).optional(),
    lastTransitionTime: z.iso.datetime(),
    reason: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
    message: text(32768),
  });
/** A condition as Kubernetes writes them (metav1.Condition). */
export type Condition = Immutable<z.infer<ReturnType<typeof condition>>>;

/** The fields that every status has. */
export const commonStatus = {
  observedGeneration: z.int().meta({ description: 'The generation of the spec that this status speaks of.' }),
  conditions: mapList(condition(), 20, ['type']).optional().meta({
    description: 'Ready, and while true Reconciling or Stalled (kstatus); further ones as the kind needs.',
  }),
};
