import { defineService } from './define-service.ts';
import { type RegisteredVehicle, registerIn } from './register-vehicle.ts';
import { type QuarantineReplay, replayRow } from './replay-quarantine.ts';
import { VehicleFields } from './vehicle-fields.ts';

export type RegisteredAndReplayed = RegisteredVehicle & { replays: QuarantineReplay[] };

/** Registers an unknown VIN and replays what it has sent so far: its open quarantine rows, oldest first. */
export const registerAndReplay = defineService({
  action: 'vehicle.register',
  input: VehicleFields,
  async run(ctx, fields): Promise<RegisteredAndReplayed> {
    const registered = await ctx.db.prisma.$transaction((tx) => registerIn(tx, ctx, fields));
    const rows = await ctx.db.prisma.quarantine.findMany({
      where: { vin: fields.vin, state: 'open', reason: { in: ['unknown_vehicle', 'not_enrolled'] } },
      orderBy: { firstSeenAt: 'asc' },
      select: { id: true },
    });
    const replays: QuarantineReplay[] = [];
    for (const { id } of rows) replays.push(await replayRow(ctx, id));
    return { ...registered, replays };
  },
});
