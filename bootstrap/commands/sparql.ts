import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { sparqlTable } from '../events/sparql-table.ts';
import { Failure } from '../failure.ts';
import { kikoCommand } from './options.ts';
import { withSink } from './sink.ts';

/** What is asked for in each format: the first for rows, the second for triples. */
const ACCEPT = {
  text: 'application/sparql-results+json, text/turtle;q=0.9',
  json: 'application/sparql-results+json, application/ld+json;q=0.9',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
} as const;

interface SparqlOptions {
  readonly name: string;
  readonly output: keyof typeof ACCEPT;
  readonly file?: string;
}

/** `kiko sparql QUERY`: asks the graph of the home. */
export const sparqlCommand = (): Command =>
  kikoCommand('sparql', 'ask the graph of the home a question in SPARQL 1.1', Object.keys(ACCEPT))
    .argument('[query]', 'the query; without it and without -f, it is read from standard input')
    .option('-f, --file <file>', 'a file with the query')
    .action((query: string | undefined, options: SparqlOptions) =>
      withSink(options, async (sink) => {
        const { type, text } = await sink.sparql(await readQuery(query, options), ACCEPT[options.output]);
        const isTable = options.output === 'text' && type === 'application/sparql-results+json';
        process.stdout.write(`${(isTable ? sparqlTable(text) : text).trimEnd()}\n`);
      }),
    );

async function readQuery(query: string | undefined, { file }: SparqlOptions): Promise<string> {
  if (query !== undefined && file !== undefined) throw new Failure('Give a query or a file, not both.');
  if (query !== undefined) return query;
  if (file === undefined) return textOf(process.stdin);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure(`${file} can’t be read.`, { cause });
  });
}
