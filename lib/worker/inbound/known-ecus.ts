import type { EcuRecord, VehicleRecord } from './fold/vehicle-record.ts';

type Known = Pick<VehicleRecord, 'ecuRevision' | 'fingerprint' | 'configurationKey' | 'ecus'>;

/**
 * The stored ECUs of the vehicles that this worker wrote last, so that a changed report needs no read of what
 * was there before. An entry is taken out for a batch and put back once the batch is committed; it holds only
 * where the locked state still has the revision, fingerprint and configuration that it was stored with.
 */
export class KnownEcus {
  readonly #known = new Map<string, Known>();
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

  /** Keeps what was committed; the vehicle that was put longest ago is forgotten beyond the capacity. */
  put({ vin, ecuRevision, fingerprint, configurationKey, ecus }: VehicleRecord): void {
    this.#known.delete(vin);
    this.#known.set(vin, { ecuRevision, fingerprint, configurationKey, ecus });
    if (this.#known.size <= this.#capacity) return;
    const oldest = this.#known.keys().next();
    if (!oldest.done) this.#known.delete(oldest.value);
  }
}
