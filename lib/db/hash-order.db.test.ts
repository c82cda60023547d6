import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { bucketSql, hashOrderOf, hashOrderSql } from '#lib/domain/waves.ts';
import { bucketOf } from '#lib/protocol/bucket.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

it('computes a vehicle’s hash order and bucket as the domain does', async () => {
  const vins = Array.from({ length: 5000 }, (_, index) => `WVWZZZ1JZ${String(index).padStart(8, '0')}`);
  const campaignId = 'Über-campaign-1';
  const { rows } = await database.pool.query<{ vin: string; hash_order: string; bucket: number }>(
    `SELECT vin, ${hashOrderSql('$1::text', 'vin')} AS hash_order, ${bucketSql('$1::text', 'vin')} AS bucket
       FROM unnest($2::text[]) AS fleet (vin)`,
    [campaignId, vins],
  );
  expect(rows).toHaveLength(vins.length);
  for (const { vin, hash_order, bucket } of rows) {
    expect(Number(hash_order)).toBe(hashOrderOf(campaignId, vin));
    expect(bucket).toBe(bucketOf(campaignId, vin));
  }
});
