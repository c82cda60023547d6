import { escapeVersion } from '#lib/protocol/version-text.ts';

/** What neither Postgres nor UTF-8 can hold. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** A text that Postgres can hold; one that it cannot is kept in the escaped form of versions. */
export function storable(text: string): string {
  return UNSTORABLE.test(text) ? escapeVersion(text) : text;
}

/** An ECU as it is stored and shown; changes and returns the one given. */
export function storableEcu<Ecu extends { type: string; faults?: string[] | undefined }>(ecu: Ecu): Ecu {
  ecu.type = storable(ecu.type);
  if (ecu.faults) ecu.faults = ecu.faults.map(storable);
  return ecu;
}
