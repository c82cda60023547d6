import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** What a stage of the tests came to. */
export type Outcome = {
  passed: number;
  failed: number;
  skipped: number;
  /** Each failed test by name, with the first lines of its error. */
  faults: string[];
};

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const PlaywrightTest = z.object({
  results: z.array(
    z.object({ status: z.string(), errors: z.array(z.object({ message: z.string().optional() })) }),
  ),
});
const PlaywrightSuite = z.object({
  specs: z
    .array(
      z.object({
        title: z.string(),
        file: z.string(),
        line: z.number(),
        ok: z.boolean(),
        tests: z.array(PlaywrightTest),
      }),
    )
    .default([]),
  get suites() {
    return z.array(PlaywrightSuite).optional();
  },
});
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(PlaywrightSuite),
});

/** Reads vitest's JSON report. `root` is left out of the names of files. */
export function fromVitest(report: unknown, exitCode: number, root: string): Outcome {
  const read = VitestReport.safeParse(report);
  if (!read.success) return withoutReport(exitCode);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = read.data;
  const faults = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.replace(`${root}/`, '');
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // A file that does not load, or a set-up that fails, has no failed test of its own.
    if (failed.length === 0) return status === 'failed' ? [fault(file, message)] : [];
    return failed.map((test) => fault(`${file}: ${test.fullName}`, test.failureMessages?.[0]));
  });
  const outcome = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  return judged({ ...outcome, faults }, exitCode);
}

/** Reads Playwright's JSON report. */
export function fromPlaywright(report: unknown, exitCode: number): Outcome {
  const read = PlaywrightReport.safeParse(report);
  if (!read.success) return withoutReport(exitCode);
  const { stats, suites } = read.data;
  const faults = suites.flatMap(specsOf).flatMap(({ ok, file, line, title, tests }) => {
    if (ok) return [];
    const errors = tests.flatMap(({ results }) => results.flatMap((result) => result.errors));
    return [fault(`${file}:${line}: ${title}`, errors[0]?.message)];
  });
  const failed = stats.unexpected + stats.flaky;
  return judged({ passed: stats.expected, failed, skipped: stats.skipped, faults }, exitCode);
}

/** One test, as `--json` prints it on a line of its own. */
export type TestLine = {
  name: string;
  file: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** Rounded to milliseconds; 0 where it was not run. */
  seconds: number;
  error?: string;
};

/** Each test of vitest's JSON report; a file that did not load is one that failed. */
export function linesFromVitest(report: unknown, root: string): TestLine[] {
  const read = VitestReport.safeParse(report);
  if (!read.success) return [];
  return read.data.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.replace(`${root}/`, '');
    const lines = assertionResults.map((test): TestLine => {
      const outcome = outcomeOf(test.status);
      const line = { name: test.fullName, file, outcome, seconds: Math.round(test.duration ?? 0) / 1000 };
      return outcome === 'failed' ? { ...line, error: inShort(test.failureMessages?.[0]) } : line;
    });
    if (status !== 'failed' || lines.some(({ outcome }) => outcome === 'failed')) return lines;
    return [...lines, { name: file, file, outcome: 'failed', seconds: 0, error: inShort(message) }];
  });
}

function outcomeOf(status: string): TestLine['outcome'] {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

function specsOf(suite: z.infer<typeof PlaywrightSuite>): z.infer<typeof PlaywrightSuite>['specs'] {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}

/** A tool that ends with an error has failed, whatever its report counts. */
function judged(outcome: Outcome, exitCode: number): Outcome {
  if (exitCode === 0 || outcome.failed > 0) return outcome;
  const faults =
    outcome.faults.length > 0 ? outcome.faults : [`ended with ${exitCode} although no test failed`];
  return { ...outcome, failed: 1, faults };
}

function withoutReport(exitCode: number): Outcome {
  const reason = `ended with ${exitCode} and left no report that can be read`;
  return { passed: 0, failed: 1, skipped: 0, faults: [reason] };
}

function fault(name: string, message = ''): string {
  return [name, ...firstLines(message)].join('\n    ');
}

function inShort(message = ''): string {
  return firstLines(message).join(' ');
}

function firstLines(message: string): string[] {
  return stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '))
    .slice(0, 6);
}
