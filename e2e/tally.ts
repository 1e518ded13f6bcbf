import { relative } from 'node:path';

/** What is read of the report that vitest's JSON reporter writes. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file could not be run, where it could not. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
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
  return { passed: count('passed'), failed: count('failed') + brokenFiles(report).length };
}

/** A line for each failure, with the first line of why: an hour of output is not read for it. Files are named from `root`. */
export function failures(report: TestReport, root: string): readonly string[] {
  const line = (file: string, name: string, why = '') =>
    `FAILED ${relative(root, file)}${name}: ${why.split('\n', 1)[0]?.slice(0, 160)}`;
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => line(name, ` > ${fullName}`, failureMessages?.[0])),
  );
  return [...tests, ...brokenFiles(report).map(({ name, message }) => line(name, '', message))];
}

const brokenFiles = ({ testResults }: TestReport) =>
  testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );

/** The last line of a test run. */
export const summary = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;
