import type { LogPart } from '@hearth/domain';
import { LogDamaged } from './event-log.ts';
import type { Row } from './row.ts';
import { isFiled } from './state.ts';

/** Parts of a log, as far as they can be read; what is damaged there is the last of them. */
export async function* tellingDamage(parts: AsyncIterable<LogPart>): AsyncGenerator<LogPart> {
  try {
    yield* parts;
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    yield { part: 'damage', problem: error.message };
  }
}

/** Sentences, as parts. */
export const damageParts = (problems: readonly string[]): readonly LogPart[] =>
  problems.map((problem) => ({ part: 'damage', problem }));

/** What is wrong with how an event is filed: it would be found under the name of another resource. */
export const wrongFiling = ({ seq, text, iri, kind }: Omit<Row, 'hash'>): readonly string[] =>
  isFiled({ text, iri, kind }) ? [] : [`event ${seq} is wrongly filed under ${kind}, ${iri}`];
