import { z } from 'zod';
import type { Immutable, Rule } from './kind.ts';

declare module 'zod' {
  /** What the schemas say to the CRD generator beyond JSON Schema. */
  interface GlobalMeta {
    /** How the API server merges a list: by key, as a set, or as a whole where order and repeats matter. */
    listType?: 'map' | 'set' | 'atomic';
    listMapKeys?: string[];
    rules?: Rule[];
  }
}

/** A DNS label (RFC 1123): what Kubernetes lets an object or a Service be called. */
export const dnsLabel = () =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    .meta({ description: 'Lower-case letters, digits and hyphens; at most 63.' });

/** A name of a part inside a definition (a slot, a port, a volume), short enough to stand in a Service port. */
export const partName = () =>
  z
    .string()
    .min(1)
    .max(15)
    .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
    .meta({ description: 'Lower-case letters, digits and hyphens, starting with a letter; at most 15.' });

/** A DNS name (RFC 1123 subdomain). */
export const dnsName = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** A bounded, human-readable text. */
export const text = (max: number) => z.string().max(max);

/** A TCP or UDP port. */
export const port = () => z.int().min(1).max(65535);

/** An absolute path inside a container, without `..`. */
export const containerPath = () =>
  z
    .string()
    .min(1)
    .max(255)
    .regex(/^(\/(\.?[A-Za-z0-9_@%+=:,-][A-Za-z0-9._@%+=:,-]*))+$/)
    .meta({ description: 'An absolute path in the container, without `.` or `..` in it.' });

/** A Kubernetes quantity (`500m`, `20Gi`). */
export const quantity = () =>
  z
    .string()
    .max(32)
    .regex(/^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/);

/** A length of time in whole seconds, minutes or hours (`120s`, `5m`, `1h`). */
export const duration = () =>
  z
    .string()
    .max(8)
    .regex(/^[1-9][0-9]{0,5}(s|m|h)$/);

/** A container image reference, by tag or digest. */
export const image = () =>
  z
    .string()
    .min(1)
    .max(300)
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/);

/** What settings may hold: no objects, no lists. */
export const scalar = () => z.union([z.string().max(1024), z.number(), z.boolean()]);

/** A text with `${slot.field}` in it; see `template.ts`. */
export const template = (max = 1024) =>
  z
    .string()
    .max(max)
    .regex(/^([^$]|\$[^{]|\$\{[a-z][-a-z0-9]*\.[A-Za-z][-A-Za-z0-9]*\})*\$?$/)
    .meta({
      description:
        'Text in which `${slot.field}`, `${settings.x}`, `${secret.x}` and `${app.host}` are filled in, once.',
    });

/** The name of an environment variable. */
const environmentName = () =>
  z
    .string()
    .max(63)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

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
    description: 'lan: the home network. private: signed-in people only, from anywhere. public: everyone.',
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
