/** What is read of the report that vitest's JSON reporter writes. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** How many tests passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts the tests of a report. A file that failed outside of its tests (it can't be loaded, a hook threw) counts
 * as one more failure, or a suite that does not start would look like one that passes.
 */
export function tally(report: TestReport): Tally {
  const count = (status: string) =>
    report.testResults.flatMap((file) => file.assertionResults).filter((test) => test.status === status)
      .length;
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: count('passed'), failed: count('failed') + broken.length };
}

/** The last line of a test run. */
export const summary = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;
