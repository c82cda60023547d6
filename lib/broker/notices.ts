import {
  type BrokerNotice,
  type BrokerNoticeReason,
  NOTICE_HEAD_BYTES,
} from '#lib/protocol/broker-notice.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';

export type Refusal = {
  reason: BrokerNoticeReason;
  clientId: string;
  topic: string;
  payload: Buffer;
  /** Where the payload at hand is only the beginning. */
  length?: number;
};

const windowMs = 10_000;

/**
 * Tells the backend what was refused. The first refusal of a kind goes out at once; those of the next ten
 * seconds from the same client become one notice with a count, so that a faulty TCU floods nobody.
 */
export function createNotices(publish: (clientId: string, notice: BrokerNotice) => void) {
  const windows = new Map<string, { latest: Refusal; count: number; timer: NodeJS.Timeout }>();

  const send = (refusal: Refusal, count: number) => {
    publish(refusal.clientId, {
      v: PROTOCOL_VERSION,
      reason: refusal.reason,
      vin: refusal.clientId.slice(0, 256),
      topic: refusal.topic.slice(0, 1024),
      length: refusal.length ?? refusal.payload.length,
      head: refusal.payload.subarray(0, NOTICE_HEAD_BYTES).toString('base64'),
      count,
      seenAt: new Date().toISOString(),
    });
  };
  const close = (key: string) => {
    const window = windows.get(key);
    windows.delete(key);
    if (!window) return;
    clearTimeout(window.timer);
    if (window.count > 0) send(window.latest, window.count);
  };

  return {
    tell(refusal: Refusal): void {
      const key = `${refusal.clientId}|${refusal.reason}`;
      const window = windows.get(key);
      if (window) {
        window.latest = refusal;
        window.count++;
        return;
      }
      send(refusal, 1);
      windows.set(key, { latest: refusal, count: 0, timer: setTimeout(() => close(key), windowMs) });
    },
    /** Sends what is still counted. */
    flush(): void {
      for (const key of [...windows.keys()]) close(key);
    },
  };
}
