import { AppError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';
import { type RegisteredVehicle, registerIn } from './register-vehicle.ts';
import { type QuarantineReplay, replayRow } from './replay-quarantine.ts';
import { VehicleFields } from './vehicle-fields.ts';

export type RegisteredAndReplayed = RegisteredVehicle & {
  replays: QuarantineReplay[];
  /** Why a row could not be replayed; the vehicle is registered all the same, and the row can be tried again. */
  replayFailure: string | null;
};

/**
 * Registers an unknown VIN and replays what it has sent so far: its open quarantine rows, oldest first. A replay
 * that fails takes nothing back: the credential, which is shown only once, must reach the person.
 */
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
    let replayFailure: string | null = null;
    for (const { id } of rows) {
      try {
        replays.push(await replayRow(ctx, id));
      } catch (error) {
        replayFailure = error instanceof AppError ? error.message : 'the server failed while it stored them';
        break;
      }
    }
    return { ...registered, replays, replayFailure };
  },
});
