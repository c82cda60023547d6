import { describe, expect, it } from 'vitest';
import { fromPlaywright, fromVitest, linesFromVitest } from './test-report.ts';

const vitest = (more: object = {}) => ({
  numPassedTests: 2,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [
    {
      name: '/code/lib/a.test.ts',
      status: 'failed',
      assertionResults: [
        { fullName: 'adds', status: 'passed', failureMessages: [] },
        {
          fullName: 'takes off',
          status: 'failed',
          duration: 1499.6,
          failureMessages: [
            '\u001b[31mAssertionError\u001b[39m: expected 1 to be 2\n    at /code/lib/a.test.ts:3:1',
          ],
        },
      ],
    },
  ],
  ...more,
});
const spec = (ok: boolean, title: string) => ({
  title,
  file: 'a.spec.ts',
  line: 7,
  ok,
  tests: [
    { results: [{ status: ok ? 'passed' : 'failed', errors: ok ? [] : [{ message: 'Error: closed' }] }] },
  ],
});

describe('the report of a stage', () => {
  it('counts what vitest ran, and names what failed with its error', () => {
    expect(fromVitest(vitest(), 1, '/code')).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      faults: ['lib/a.test.ts: takes off\n    AssertionError: expected 1 to be 2'],
    });
  });

  it('names a file that did not load', () => {
    const results = [
      { name: '/code/lib/b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ];
    expect(fromVitest(vitest({ numFailedTests: 0, testResults: results }), 1, '/code')).toMatchObject({
      failed: 1,
      faults: ['lib/b.test.ts\n    no such module'],
    });
  });

  it('tells each test on a line of its own, and a file that did not load as one that failed', () => {
    const { testResults } = vitest();
    const broken = { name: '/code/lib/b.test.ts', status: 'failed', message: 'no such module' };
    const report = vitest({ testResults: [...testResults, { ...broken, assertionResults: [] }] });
    expect(linesFromVitest(report, '/code')).toEqual([
      { name: 'adds', file: 'lib/a.test.ts', outcome: 'passed', seconds: 0 },
      {
        name: 'takes off',
        file: 'lib/a.test.ts',
        outcome: 'failed',
        seconds: 1.5,
        error: 'AssertionError: expected 1 to be 2',
      },
      {
        name: 'lib/b.test.ts',
        file: 'lib/b.test.ts',
        outcome: 'failed',
        seconds: 0,
        error: 'no such module',
      },
    ]);
  });

  it('counts what Playwright ran, in whatever suite', () => {
    const stats = { expected: 1, unexpected: 1, flaky: 1, skipped: 0 };
    const suites = [{ specs: [spec(true, 'opens')], suites: [{ specs: [spec(false, 'closes')] }] }];
    expect(fromPlaywright({ stats, suites }, 1)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      faults: ['a.spec.ts:7: closes\n    Error: closed'],
    });
  });

  it('is a failure where the tool failed, with or without a report', () => {
    const stats = { expected: 1, unexpected: 0, flaky: 0, skipped: 0 };
    expect(fromPlaywright({ stats, suites: [] }, 1)).toMatchObject({ failed: 1, passed: 1 });
    expect(fromVitest(null, 0, '/code')).toMatchObject({ failed: 1, passed: 0 });
  });
});
