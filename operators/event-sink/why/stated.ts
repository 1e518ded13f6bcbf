import type { WhyStep } from '@hearth/domain';
import { type Fields, isFields } from '../graph/fields.ts';

/** One of `status.conditions`. */
export type StatedCondition = NonNullable<WhyStep['condition']>;

/** The conditions in an object's status that are well-formed. */
export const conditionsOf = (object: Fields): StatedCondition[] =>
  itemsAt(fieldsAt(object, 'status'), 'conditions').flatMap((condition) => {
    const { type, status, reason, message, lastTransitionTime: since } = condition;
    if (typeof type !== 'string' || typeof status !== 'string') return [];
    return [
      {
        type,
        status,
        ...(isText(reason) && { reason }),
        ...(isText(message) && { message }),
        ...(isText(since) && { since }),
      },
    ];
  });

/** When an object was made. */
export const createdOf = (object: Fields): string | undefined => {
  const { creationTimestamp } = fieldsAt(object, 'metadata');
  return isText(creationTimestamp) ? creationTimestamp : undefined;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A field that is an object; an empty one where it is none. */
export const fieldsAt = (object: Fields, name: string): Fields => {
  const value = object[name];
  return isFields(value) ? value : {};
};

/** A field that is a list of objects; an empty one where it is none. */
export const itemsAt = (object: Fields, name: string): Fields[] => {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
};
