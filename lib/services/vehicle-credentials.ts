import type { Prisma } from '#lib/db/generated/client.ts';
import { makeCredential, storedCredentialOf } from '#lib/keys/vehicle-credential.ts';

/** Told to the broker, which drops the vehicle's connection and reads its credential again. */
async function notifyBroker(tx: Prisma.TransactionClient, vin: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify('vehicle_credential', ${vin})`;
}

/** Gives a vehicle a new credential in place of any former one. The returned text is kept nowhere. */
export async function issueCredential(tx: Prisma.TransactionClient, vin: string, at: Date): Promise<string> {
  const credential = makeCredential();
  const stored = { ...storedCredentialOf(credential), issuedAt: at, revokedAt: null };
  await tx.vehicleCredential.upsert({ where: { vin }, create: { vin, ...stored }, update: stored });
  await notifyBroker(tx, vin);
  return credential;
}

/** Revokes a vehicle's credential; false where it has none that is valid. */
export async function revokeCredential(
  tx: Prisma.TransactionClient,
  vin: string,
  at: Date,
): Promise<boolean> {
  const revoked = await tx.vehicleCredential.updateMany({
    where: { vin, revokedAt: null },
    data: { revokedAt: at },
  });
  await notifyBroker(tx, vin);
  return revoked.count > 0;
}
