import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Prisma } from '#lib/db/generated/client.ts';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Random, not derived: a hash of a VIN could be found again by trying all VINs. */
function makePseudonym(): string {
  return `ERASED-${randomBytes(12).toString('hex').toUpperCase()}`;
}

/**
 * Erases the personal data of a retired vehicle for good: its VIN becomes a random pseudonym in every table,
 * serials, tags, free texts, raw messages and signed documents go; what is left serves statistics only.
 * The audit log is a legal record and keeps what was done to the VIN before; the erasure itself is logged
 * under the pseudonym. A VIN that a person typed into a campaign's filter or a saved view is theirs to remove.
 */
export const eraseVehicle = defineService({
  action: 'vehicle.erase',
  input: z.object({ vin: Vin }),
  run: (ctx, { vin }) =>
    ctx.db.prisma.$transaction(
      async (tx) => {
        const at = ctx.now();
        const pseudonym = makePseudonym();
        const erased = await tx.vehicle.updateMany({
          where: { vin, retiredAt: { not: null }, erasedAt: null },
          data: { vin: pseudonym, erasedAt: at, tags: [] },
        });
        if (erased.count === 0) {
          throw new ConflictError(`Only a retired vehicle can be erased, once; ${vin} is not one.`, { vin });
        }
        await pseudonymise(tx, vin, pseudonym);
        await tx.timelineEvent.create({
          data: { vin: pseudonym, at, kind: 'erased', data: { by: ctx.actor.name } },
        });
        await recordAudit(tx, {
          actor: ctx.actor,
          at,
          action: 'vehicle.erase',
          subject: { type: 'vehicle', id: pseudonym },
          after: { erasedAt: at },
        });
        await tx.$executeRaw`SELECT pg_notify('vehicle_credential', ${vin})`;
        await announceChange(tx, 'vehicle', [vin]);
        return { pseudonym };
      },
      { timeout: 60_000 },
    ),
});

async function pseudonymise(tx: Prisma.TransactionClient, vin: string, pseudonym: string): Promise<void> {
  const where = { vin };
  await tx.vehicleCredential.deleteMany({ where });
  await tx.vehicleState.updateMany({
    where,
    data: { vin: pseudonym, tcuSerial: null, fingerprint: null, online: false, connectionId: null },
  });
  await tx.tcuEpoch.updateMany({ where, data: { vin: pseudonym, serial: '' } });
  await tx.ecu.updateMany({ where, data: { vin: pseudonym, serial: null, faults: [] } });
  await tx.ecuVersion.updateMany({ where, data: { vin: pseudonym, serial: null } });
  await tx.$executeRaw`UPDATE timeline_events SET vin = ${pseudonym}, detail = NULL, data = NULL WHERE vin = ${vin}`;
  await tx.assignment.updateMany({ where, data: { vin: pseudonym, reasonDetail: null } });
  await tx.directorDocument.deleteMany({ where });
  await tx.joinQueue.deleteMany({ where });
  await tx.$executeRaw`DELETE FROM job_files WHERE kind = 'faults' AND position(convert_to(${vin}, 'UTF8') IN content) > 0`;
  await tx.$executeRaw`
    UPDATE alert_deliveries SET subject = replace(subject, ${vin}, ${pseudonym}),
      body = replace(body::text, ${vin}, ${pseudonym})::jsonb
    WHERE strpos(subject, ${vin}) > 0 OR strpos(body::text, ${vin}) > 0`;
  await tx.quarantine.deleteMany({ where: { OR: [{ vin }, { source: { contains: vin } }] } });
}
