import type { BrokerNoticeReason } from '#lib/protocol/broker-notice.ts';
import { parseTopic, type TopicNames, vehicleTopic } from '#lib/protocol/topics.ts';

/** Who is behind a connection, as its CONNECT proved. */
export type Session =
  | { role: 'backend' }
  /** `credentialId` is of the credential that was valid when it signed in. */
  | { role: 'vehicle'; vin: string; mayReceive: boolean; credentialId?: string }
  /** Not registered, but it holds the enrolment token: it may report what it is, and nothing else. */
  | { role: 'enrolling'; vin: string; mayReceive: boolean };

export type PublishVerdict =
  | { kind: 'allow' }
  | { kind: 'rewrite'; topic: string }
  | { kind: 'refuse'; reason: BrokerNoticeReason };

const allow: PublishVerdict = { kind: 'allow' };

/** May this session publish to this topic? Plain `ECU_Details` becomes the topic of the authenticated VIN. */
export function decidePublish(
  names: TopicNames,
  session: Session,
  topic: string,
  payload: Buffer,
): PublishVerdict {
  if (session.role === 'backend') {
    return topic.startsWith('$') ? { kind: 'refuse', reason: 'foreign_topic' } : allow;
  }
  const parsed = parseTopic(names, topic);
  if (parsed.kind === 'plainEcuDetails') {
    const named = vinNamedIn(payload);
    if (named !== undefined && named !== session.vin) return { kind: 'refuse', reason: 'foreign_vin' };
    return { kind: 'rewrite', topic: vehicleTopic(names, 'ecuDetails', session.vin) };
  }
  const isOwn = 'vin' in parsed && parsed.vin === session.vin;
  if (isOwn && parsed.kind === 'ecuDetails') return allow;
  if (isOwn && (parsed.kind === 'otaStatus' || parsed.kind === 'tcuPresence')) {
    return session.role === 'vehicle' ? allow : { kind: 'refuse', reason: 'not_enrolled' };
  }
  return { kind: 'refuse', reason: 'foreign_topic' };
}

/** Only presence is retained; anything else kept for ever would fill the store. */
export function mayRetain(names: TopicNames, session: Session, topic: string): boolean {
  return session.role === 'backend' || parseTopic(names, topic).kind === 'tcuPresence';
}

/** May this session subscribe to this filter? Shared subscriptions are refused: aedes would deliver nothing. */
export function maySubscribe(names: TopicNames, session: Session, filter: string): boolean {
  if (filter.startsWith('$share/') || filter.startsWith('$queue/')) return false;
  if (session.role === 'backend') return true;
  if (!session.mayReceive || /[+#]/.test(filter)) return false;
  const parsed = parseTopic(names, filter);
  if (parsed.kind === 'otaControl') return parsed.vin === session.vin;
  if (session.role === 'enrolling') return false;
  return parsed.kind === 'announcement' || (parsed.kind === 'otaUpdate' && parsed.vin === session.vin);
}

function vinNamedIn(payload: Buffer): unknown {
  try {
    const json: unknown = JSON.parse(payload.toString('utf8'));
    return typeof json === 'object' && json !== null ? Reflect.get(json, 'vin') : undefined;
  } catch {
    return undefined;
  }
}
