import { z } from 'zod';

/** What of an object's metadata tells which object it is, and which state of it. */
const metadata = z.looseObject({
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  deletionTimestamp: z.string().optional(),
});

const object = z.looseObject({ metadata });

/** An object as the API server has it. */
export type AdmittedObject = z.infer<typeof object>;

/** What the API server asks of a webhook (`admission.k8s.io/v1`, AdmissionReview), as far as it is listened to. */
const admissionReview = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1).max(64),
    operation: z.string().max(32),
    userInfo: z.object({ username: z.string().max(1024).default('') }),
    /** As it will be stored; of a deletion none. */
    object: object.nullish(),
    /** As it is stored; of what is new none. */
    oldObject: object.nullish(),
    dryRun: z.boolean().nullish(),
  }),
});

/** A request that is about to be carried out. */
export type AdmissionRequest = z.infer<typeof admissionReview>['request'];

/** Reads a review; undefined where it is none. */
export function requestIn(body: unknown): AdmissionRequest | undefined {
  return admissionReview.safeParse(body).data?.request;
}

/** The answer: whatever it is, let it happen. */
export const allow = ({ uid }: Pick<AdmissionRequest, 'uid'>) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid, allowed: true },
});
