import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';

const CHART = join(import.meta.dirname, '../../../charts/hearth');

/** What the chart tells Node and the C library of the operators: what is measured is what people run. */
export async function deployedEnvironment(): Promise<Readonly<Record<string, string>>> {
  const template = await readFile(join(CHART, 'templates/operators.yaml'), 'utf8');
  const { heap } = load(await readFile(join(CHART, 'values.yaml'), 'utf8')) as { readonly heap: number };
  const settings = template.matchAll(/^ *- \{ name: (NODE_OPTIONS|MALLOC_\w+), value: (.*) \}$/gm);
  return Object.fromEntries(
    Array.from(settings, ([, name = '', value = '']) => [
      name,
      value.replaceAll("'", '').replace('{{ .Values.heap }}', String(heap)),
    ]),
  );
}
