import { hash } from 'node:crypto';
import type { Configuration, ConfiguredEcu } from './configuration.ts';

/**
 * Key of a configuration: vehicles with equal keys share one eligibility verdict. The first 16 bytes,
 * base64url, of SHA-256 over id, type, hardware, software, status and state of every ECU, sorted by id;
 * serials and part numbers have no part in it.
 */
export function configurationKey(configuration: Configuration): string {
  const ecus = configuration.ecus
    .toSorted(byEcuId)
    .map((ecu) => [ecu.ecuId, ecu.type, ecu.hardwareVersion, ecu.softwareVersion, ecu.status, ecu.state]);
  return hash('sha256', JSON.stringify(ecus), 'buffer').subarray(0, 16).toString('base64url');
}

function byEcuId(a: ConfiguredEcu, b: ConfiguredEcu): number {
  return a.ecuId < b.ecuId ? -1 : a.ecuId > b.ecuId ? 1 : 0;
}
