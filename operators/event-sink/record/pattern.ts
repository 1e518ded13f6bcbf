/** What happens to the value that a path leads to: nothing of it is kept, or its digest alone. */
export type Treatment = 'drop' | 'digest';

/** One step of a path, and what comes after it. */
export interface Step {
  /** The name of a field; `*`: any one field or item; `**`: any number of them. */
  readonly token: string;
  /** A treatment at the path's end. */
  readonly next: Step | Treatment;
}

/**
 * Reads a path: a JSON Pointer (RFC 6901) in which `*` stands for any one field or item and `**` for any number of them.
 * @throws where it is none, or would lead to all there is.
 */
export function parsePath(path: string, treatment: Treatment): Step {
  const tokens = path.split('/').slice(1);
  if (!path.startsWith('/') || tokens.includes('') || tokens.at(-1) === '**')
    throw new Error(`"${path}" is no path: it must be like /spec/users/*/password`);
  return tokens
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduceRight<Step | Treatment>((next, token) => ({ token, next }), treatment) as Step;
}

/** Where paths stand after a field or an item: some may have come to their end. */
export interface Advanced {
  readonly treatment: Treatment | undefined;
  readonly steps: readonly Step[];
}

/** Goes one field, or item, deeper along all paths at once. */
export function advance(steps: readonly Step[], name: string): Advanced {
  const onwards: Step[] = [];
  let treatment: Treatment | undefined;
  const take = (step: Step): void => {
    if (step.token === '**') {
      onwards.push(step);
      if (typeof step.next !== 'string') take(step.next);
    } else if (step.token === '*' || step.token === name) {
      if (typeof step.next !== 'string') onwards.push(step.next);
      else if (treatment !== 'drop') treatment = step.next;
    }
  };
  for (const step of steps) take(step);
  return { treatment, steps: onwards };
}
