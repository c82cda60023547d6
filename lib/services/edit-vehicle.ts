import { ConflictError, NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { VehicleFields } from './vehicle-fields.ts';
import { recordDeed } from './vehicle-timeline.ts';

const fields = VehicleFields.shape;

/**
 * Changes master data of a vehicle; what is absent stays. A vehicle that had registered itself is complete
 * once it has been edited. Refuses retired vehicles with a `ConflictError`.
 */
export const editVehicle = defineService({
  action: 'vehicle.edit',
  input: VehicleFields.pick({ vin: true }).extend({
    model: fields.model.optional(),
    modelYear: fields.modelYear.optional(),
    region: fields.region.optional(),
    timeZone: fields.timeZone.optional(),
    tags: fields.tags.unwrap().optional(),
    skilledPersonOnly: fields.skilledPersonOnly.unwrap().optional(),
  }),
  async run(ctx, { vin, ...given }) {
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return ctx.db.prisma.$transaction(async (tx) => {
      const before = await tx.vehicle.findUnique({ where: { vin } });
      if (!before) throw new NotFoundError(`There is no vehicle ${vin}.`, { vin });
      const changed = await tx.vehicle.updateMany({
        where: { vin, retiredAt: null },
        data: { ...changes, complete: true },
      });
      if (changed.count === 0) throw new ConflictError(`The vehicle ${vin} is retired.`, { vin });
      const names = Object.keys(changes);
      await recordDeed(tx, ctx, vin, 'edited', names.join(', '));
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'vehicle.edit',
        subject: { type: 'vehicle', id: vin },
        before: Object.fromEntries(names.map((name) => [name, Reflect.get(before, name)])),
        after: changes,
      });
      await announceChange(tx, 'vehicle', [vin]);
      return { vin };
    });
  },
});
