import type { Dump } from '../../faults/sweep-dump.ts';

interface Shown {
  readonly spec?: { readonly levels?: unknown };
  readonly metadata?: { readonly generation?: number };
  readonly status?: { readonly plan?: string; readonly observedGeneration?: number };
}

/**
 * The same home without what tells how it came about: the former Plans of its Apps and what the last one found still to
 * be done, and how often its workloads were changed.
 */
export function withoutHistory(dump: Dump): Dump {
  const entries = Object.entries(dump) as [string, Shown][];
  const plans = new Set(entries.map(([, { status }]) => status?.plan));
  return Object.fromEntries(
    entries
      .filter(([name]) => !name.startsWith('Plan ') || plans.has(name.slice(name.indexOf('/') + 1)))
      .map(([name, object]) => [name, withoutItsOwn(name, object)]),
  );
}

function withoutItsOwn(name: string, { metadata = {}, spec = {}, status = {}, ...rest }: Shown): object {
  if (name.startsWith('Plan ')) {
    const { levels, ...decided } = spec;
    return { ...rest, metadata, spec: decided, status };
  }
  if (!/^(Deployment|StatefulSet) /.test(name)) return { ...rest, metadata, spec, status };
  const { generation, ...meta } = metadata;
  const { observedGeneration, ...state } = status;
  return { ...rest, metadata: meta, spec, status: state };
}
