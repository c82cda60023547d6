import type { EcuDetailsHeartbeat } from '#lib/protocol/ecu-details.ts';
import { fingerprintOf } from '#lib/protocol/fingerprint.ts';
import type { OtaStatus } from '#lib/protocol/ota-status.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';
import { type TopicNames, vehicleTopic } from '#lib/protocol/topics.ts';
import type { Sent } from './air.ts';
import type { Link } from './link.ts';
import type { OfferEvent } from './offer-run.ts';
import { acknowledge, jumpAbove, keep, nextSequence } from './outbox.ts';
import type { OutboxEntry, TcuState } from './state.ts';

export type OutboundOptions = {
  state: TcuState;
  topics: TopicNames;
  link(): Link;
  save(): void;
  now(): Date;
  onStatus(status: OtaStatus): void;
  /** Replaces one outgoing message by what really goes out: faults of the air. */
  air?(message: Sent): Sent[];
};

/** What a TCU says: reports and statuses are kept until they are committed, heartbeats are not. */
export function createOutbound(options: OutboundOptions) {
  const { state, topics, link, save, now } = options;
  const sentAt = new Map<OutboxEntry, number>();

  function send(kind: OutboxEntry['kind'], message: Record<string, unknown>): void {
    const sent = { topic: vehicleTopic(topics, kind, state.vin), payload: JSON.stringify(message) };
    for (const { topic, payload } of options.air?.(sent) ?? [sent]) link().send(topic, payload);
  }

  function transmit(entry: OutboxEntry): void {
    if (!link().isOnline) return;
    sentAt.set(entry, now().getTime());
    send(entry.kind, entry.message);
  }

  function transmitAll(): void {
    for (const entry of state.outbox) transmit(entry);
  }

  function heartbeat(): void {
    if (!link().isOnline) return;
    const message: EcuDetailsHeartbeat = {
      v: PROTOCOL_VERSION,
      sequence: nextSequence(state),
      fingerprint: fingerprintOf(state),
    };
    save();
    send('ecuDetails', message);
  }

  return {
    heartbeat,
    /** On a new connection: whatever is not committed, else a sign of life. */
    catchUp(): void {
      if (state.outbox.length === 0) heartbeat();
      else transmitAll();
    },
    reportInFull(): void {
      const entry = keep(state, 'ecuDetails', {
        v: PROTOCOL_VERSION,
        vin: state.vin,
        sequence: 0,
        reportedAt: now().toISOString(),
        tcu: state.tcu,
        ecus: structuredClone(state.ecus),
      });
      save();
      transmit(entry);
    },
    /** A status; the answer to a Director document is repeated when the document comes again. */
    tell(name: { campaignId: string; attempt: number }, what: OfferEvent, isAnswer = true): void {
      const { campaignId, attempt } = name;
      const status = {
        v: PROTOCOL_VERSION,
        vin: state.vin,
        sequence: 0,
        campaignId,
        attempt,
        ...what,
      } as const;
      const entry = keep(state, 'otaStatus', { ...status, sentAt: now().toISOString() });
      const numbered = { ...status, sequence: entry.message.sequence };
      if (isAnswer) state.lastStatus = numbered;
      save();
      transmit(entry);
      options.onStatus(numbered);
    },
    /** The backend has committed everything up to this sequence. */
    committed(sequence: number): void {
      acknowledge(state, sequence);
      for (const entry of sentAt.keys()) if (!state.outbox.includes(entry)) sentAt.delete(entry);
      save();
    },
    /** The backend knows higher sequences: what is kept is numbered above them and sent again. */
    goAbove(sequence: number): void {
      jumpAbove(state, sequence);
      transmitAll();
    },
    resendOlderThan(ms: number): void {
      const before = now().getTime() - ms;
      if (state.outbox.some((entry) => (sentAt.get(entry) ?? 0) < before)) transmitAll();
    },
  };
}
