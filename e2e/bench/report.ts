/** What a benchmark is told, and how it tells what it is doing. */
interface BenchOptions {
  /** How many objects, where that can be chosen; what the benchmark is made for if not given. */
  readonly objects?: number | undefined;
  /** How many Apps, where that can be chosen. */
  readonly apps?: number | undefined;
  /** How many times each thing is measured. */
  readonly repetitions?: number | undefined;
  /** How long it goes on, where that can be chosen. */
  readonly minutes?: number | undefined;
  /** Where chance begins, to have the same again; any if not given. */
  readonly seed?: number | undefined;
  /** A folder for CPU and heap profiles of Hearth's own process. Profiling slows it down. */
  readonly profile?: string | undefined;
  readonly progress: (doing: string) => void;
}

/** What a benchmark found: for programs, and for people. */
export interface Report {
  readonly results: object;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

/** Something that a result should be. */
export interface Goal {
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Measures something. */
export type Benchmark = (options: BenchOptions) => Promise<Report>;

/** Rows of cells below a heading; the first column is a name, the others are numbers. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The report as a terminal shows it. */
export function reportText({ tables, goals }: Report): string {
  const verdicts = goals.map(
    ({ wanted, measured, met }) => `${met ? 'met   ' : 'MISSED'}  ${wanted}: ${measured}`,
  );
  return [...tables.map(tableText), verdicts.join('\n')].filter(Boolean).join('\n\n');
}

/** Names to the left, numbers to the right. */
function tableText({ title, columns, rows }: Table): string {
  const widths = columns.map((_, column) =>
    Math.max(...[columns, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) =>
        column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width),
      )
      .join('   ')
      .trimEnd();
  return [title, line(columns), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
