import { z } from 'zod';

const TopicName = z
  .string()
  .min(1)
  .max(128)
  .refine((name) => !/[#+]/.test(name) && !name.includes('\0'), 'a topic name has no wildcards')
  .regex(/^[^/$](.*[^/])?$/, 'a topic name neither begins with / or $ nor ends with /');

/** First levels of the topics; the defaults are those of the contract. */
export const TopicNames = z.object({
  ecuDetails: TopicName.default('ECU_Details'),
  otaUpdate: TopicName.default('OTA_Update'),
  otaStatus: TopicName.default('OTA_Status'),
  otaControl: TopicName.default('OTA_Control'),
  tcuPresence: TopicName.default('TCU_Presence'),
  otaReceipt: TopicName.default('OTA_Receipt'),
  brokerNotice: TopicName.default('Broker_Notice'),
});
export type TopicNames = z.infer<typeof TopicNames>;
export type TopicKind = keyof TopicNames;

/** Level below `OTA_Update` under which announcements to one model go. */
export const MODEL_LEVEL = 'model';

/** Topic of one vehicle, e.g. `ECU_Details/WVWZZZ1JZXW000001`. */
export function vehicleTopic(names: TopicNames, kind: TopicKind, vin: string): string {
  return `${names[kind]}/${vin}`;
}

/** A model as a topic level: characters with a meaning in topics are percent-encoded. */
export function modelLevel(model: string): string {
  return encodeURIComponent(model.toWellFormed());
}

/** Topic of an announcement, to the vehicles of one model or (without model) to all. */
export function announcementTopic(names: TopicNames, model?: string): string {
  return model === undefined ? names.otaUpdate : `${names.otaUpdate}/${MODEL_LEVEL}/${modelLevel(model)}`;
}

export type ParsedTopic =
  | { kind: TopicKind; vin: string }
  | { kind: 'plainEcuDetails' }
  | { kind: 'announcement'; model?: string }
  | { kind: 'unknown' };

/** Reads a topic back; one that is not of the contract is `unknown`. */
export function parseTopic(names: TopicNames, topic: string): ParsedTopic {
  if (topic === names.ecuDetails) return { kind: 'plainEcuDetails' };
  if (topic === names.otaUpdate) return { kind: 'announcement' };
  const modelPrefix = `${names.otaUpdate}/${MODEL_LEVEL}/`;
  if (topic.startsWith(modelPrefix)) return parseModelLevel(topic.slice(modelPrefix.length));
  const slash = topic.lastIndexOf('/');
  const first = topic.slice(0, slash);
  const vin = topic.slice(slash + 1);
  for (const kind of Object.keys(names) as TopicKind[]) {
    if (names[kind] === first && vin.length > 0) return { kind, vin };
  }
  return { kind: 'unknown' };
}

function parseModelLevel(level: string): ParsedTopic {
  try {
    return { kind: 'announcement', model: decodeURIComponent(level) };
  } catch {
    return { kind: 'unknown' };
  }
}
