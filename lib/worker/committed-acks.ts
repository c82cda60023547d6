import type { CommittedAck, ReportRequest } from '#lib/protocol/ota-control.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';
import { type TopicNames, vehicleTopic } from '#lib/protocol/topics.ts';
import type { Publisher } from './mqtt.ts';

const intervalMs = 1_000;
/** A request that has not reached its vehicle by then is asked again by the next heartbeat. */
const requestExpirySeconds = 60;

export type CommittedAcks = ReturnType<typeof sendCommittedAcks>;

/**
 * Tells vehicles on `OTA_Control` what is committed: at once, then at most once a second each. At QoS 0, so
 * that nothing waits in the broker for a vehicle that has gone: acknowledgments are cumulative, and a TCU that
 * missed one sends again after its reconnect and is acknowledged then.
 */
export function sendCommittedAcks(
  names: TopicNames,
  publisher: Pick<Publisher, 'publish' | 'publishAll'>,
  onError: (error: unknown) => void,
) {
  let waiting = new Map<string, number>();
  let recent = new Set<string>();
  let previous = new Set<string>();
  let sent = 0;

  const send = (due: Iterable<[vin: string, sequence: number]>) => {
    const messages = Array.from(due, ([vin, sequence]) => {
      const message: CommittedAck = { v: PROTOCOL_VERSION, kind: 'ack', sequence };
      recent.add(vin);
      return { topic: vehicleTopic(names, 'otaControl', vin), payload: JSON.stringify(message) };
    });
    sent += messages.length;
    publisher.publishAll(messages);
  };
  const timer = setInterval(() => {
    const due = waiting;
    waiting = new Map();
    previous = recent;
    recent = new Set();
    send(due);
  }, intervalMs);

  return {
    acknowledge(committed: ReadonlyMap<string, number>): void {
      const due: [vin: string, sequence: number][] = [];
      for (const [vin, sequence] of committed) {
        if (recent.has(vin) || previous.has(vin)) waiting.set(vin, Math.max(sequence, waiting.get(vin) ?? 0));
        else due.push([vin, sequence]);
      }
      send(due);
    },
    request(requests: ReadonlyMap<string, number | undefined>): void {
      for (const [vin, minSequence] of requests) {
        const message: ReportRequest = { v: PROTOCOL_VERSION, kind: 'report', minSequence };
        publisher
          .publish(vehicleTopic(names, 'otaControl', vin), JSON.stringify(message), {
            qos: 1,
            expirySeconds: requestExpirySeconds,
          })
          .catch(onError);
      }
    },
    /** Sends what waits. */
    stop(): void {
      clearInterval(timer);
      send(waiting);
      waiting = new Map();
    },
    get sent() {
      return sent;
    },
  };
}
