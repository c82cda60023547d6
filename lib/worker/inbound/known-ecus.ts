import type { EcuRecord, VehicleRecord } from './fold/vehicle-record.ts';

/**
 * The vehicles that this worker wrote last, as they were stored, so that a changed report needs no read of what
 * was there before. Their ECUs hold only where the stored state still has the revision and fingerprint that they
 * were stored with: `take` compares them with the locked state, who uses `recall` has the database compare them.
 */
export class KnownEcus {
  readonly #known = new Map<string, VehicleRecord>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The ECUs of a vehicle whose state is locked; the entry is gone until `put` brings it back. */
  take(vehicle: Omit<VehicleRecord, 'ecus'>): Map<string, EcuRecord> | undefined {
    const known = this.#known.get(vehicle.vin);
    if (!known) return undefined;
    this.#known.delete(vehicle.vin);
    const holds =
      known.ecuRevision === vehicle.ecuRevision &&
      known.fingerprint === vehicle.fingerprint &&
      known.configurationKey === vehicle.configurationKey;
    return holds ? known.ecus : undefined;
  }

  /** The vehicle as it was stored last by this worker, without what others have written since. */
  recall(vin: string): Readonly<VehicleRecord> | undefined {
    return this.#known.get(vin);
  }

  /** Keeps what was committed; the vehicle that was put longest ago is forgotten beyond the capacity. */
  put(vehicle: VehicleRecord): void {
    this.#known.delete(vehicle.vin);
    this.#known.set(vehicle.vin, vehicle);
    if (this.#known.size <= this.#capacity) return;
    const oldest = this.#known.keys().next();
    if (!oldest.done) this.#known.delete(oldest.value);
  }
}
