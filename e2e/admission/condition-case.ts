import type { Resource } from '@hearth/runtime';

/**
 * A bad input that only the operators can tell: it is taken, and its Ready condition says what is wrong with it. As
 * data: for the test, and for docs/bad-input.md. It meets a home with the catalogue, a gateway
 * `hearth-providers/traefik` and a database server `hearth-providers/postgres`.
 */
export interface ConditionCase {
  /** What is wrong, in the words of whoever did it. */
  readonly wrong: string;
  /** What else is there. */
  readonly there?: readonly Resource[];
  readonly bad: Resource;
  /** What makes `bad`, which is right at first and works, a bad one: a JSON Merge Patch (RFC 7396). */
  readonly change?: object;
  readonly reason: string;
  /** What the condition says, word for word, or the part of it that matters. */
  readonly says: string;
  /** Objects, as `KIND/NAME`, that are there though it is refused: nobody else can have them. */
  readonly leaves?: readonly string[];
}
