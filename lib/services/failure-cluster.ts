import { z } from 'zod';

/**
 * Failures of a campaign that are alike: reason × ECU × from-version. A part that is absent does not matter, one
 * that is `null` asks for failures without it.
 */
export const FailureCluster = z.object({
  reasonCode: z.string().nullish(),
  ecuId: z.string().nullish(),
  fromVersion: z.string().nullish(),
});
export type FailureCluster = z.infer<typeof FailureCluster>;

/** Condition on `assignments` for the failures of a cluster, with its parameters from `$first` on. */
export function clusterSql(cluster: FailureCluster, first: number): { text: string; values: unknown[] } {
  const tests = [`state IN ('failed', 'rolled_back', 'timed_out')`];
  const values: unknown[] = [];
  const columns = [
    ['reason_code', cluster.reasonCode],
    ['failed_ecu_id', cluster.ecuId],
    ['failed_from_version', cluster.fromVersion],
  ] as const;
  for (const [column, value] of columns) {
    if (value === undefined) continue;
    values.push(value);
    tests.push(`${column} IS NOT DISTINCT FROM $${first + values.length - 1}::text`);
  }
  return { text: tests.join(' AND '), values };
}
