import { z } from 'zod';
import { sinkEvent } from './events-api.ts';
import type { Immutable } from './schema/immutable.ts';

/** One resource on the way from what was asked about to what holds it back. */
const whyStep = z.object({
  /** What it is; absent where the asker may not see it. */
  resource: z
    .object({
      /** Relative to the home: `home/databases.apps.hearth.dev/rss-db`. */
      iri: z.string(),
      kind: z.string(),
      namespace: z.string().optional(),
      name: z.string(),
    })
    .optional(),
  /** The step that led here, by its place in the list, and how the two belong together; absent of the first. */
  from: z.object({ step: z.int().min(0), by: z.enum(['dependsOn', 'binds', 'owns', 'runsOn']) }).optional(),
  /** `missing`: what another needs, and that is not there. `hidden`: nobody says how it is, the asker may not see it. */
  state: z.enum(['ready', 'not-ready', 'unknown', 'missing', 'hidden']),
  /** The condition that says so. */
  condition: z
    .object({
      type: z.string(),
      status: z.string(),
      reason: z.string().optional(),
      message: z.string().optional(),
      /** When it became so (RFC 3339), as the resource says itself. */
      since: z.string().optional(),
    })
    .optional(),
  /** The last event of the resource, and who made it. */
  changed: sinkEvent.pick({ seq: true, time: true, actor: true }).optional(),
  /** The step in words. */
  sentence: z.string(),
});
export type WhyStep = Immutable<z.infer<typeof whyStep>>;

/** The answer to `GET /-/why?of=IRI`: how a resource is, and what holds it back if it is not as it should be. */
export const whyAnswer = z.object({
  /** What was asked about, relative to the home. */
  of: z.string(),
  /** The last event that was taken into account. */
  seq: z.int().min(0),
  state: whyStep.shape.state,
  /** All of it in a sentence: `rss is not ready because its database rss-db is not ready: …`. */
  sentence: z.string(),
  /** The first is what was asked about; of what it belongs to, all that leads to a cause. */
  steps: z.array(whyStep),
  /** Which steps are root causes: nothing else that is known holds them back. Empty where all is well. */
  causes: z.array(z.int().min(0)),
  /** There was more than is looked at for one answer. */
  truncated: z.boolean(),
});
export type WhyAnswer = Immutable<z.infer<typeof whyAnswer>>;
