/** Why a message is in quarantine. */
export const QUARANTINE_REASONS = {
  oversized: 'The payload is larger than 256 KiB.',
  not_json: 'The payload is not JSON in UTF-8.',
  invalid: 'The payload does not fit the schema of its topic.',
  vin_mismatch: 'The payload names another VIN than its topic.',
  unknown_vehicle: 'No registered vehicle has this VIN.',
  replaced_tcu: 'This TCU was replaced by another one.',
  foreign_topic: 'The source may not publish to this topic.',
  plain_names_other: 'A plain ECU_Details names another VIN than the one that is signed in.',
  not_enrolled: 'The source is not enrolled yet.',
  foreign_subscription: 'The source may not subscribe to this topic.',
  queue_overflow: 'The broker dropped a message for this vehicle, because its queue was full.',
  processing_failed: 'The message could not be stored.',
} as const;
export type QuarantineReason = keyof typeof QUARANTINE_REASONS;

const WORDS: Readonly<Record<string, string>> = QUARANTINE_REASONS;

/** A reason as a sentence; one that is not known stands for itself. */
export function describeQuarantineReason(reason: string): string {
  return WORDS[reason] ?? reason;
}
