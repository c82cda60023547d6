import type { MqttClient } from 'mqtt';
import type { Log } from '#lib/log.ts';

/** Where Mosquitto counts messages that it dropped because a queue was full. */
const DROPPED_TOPIC = '$SYS/broker/publish/messages/dropped';

/**
 * Watches the broker's own count of dropped messages, where it has one: a queue that is too short loses
 * messages without a word to either side. Vehicles send again what was lost, but later.
 */
export function watchDrops(client: MqttClient, log: Log): () => number {
  let first: number | undefined;
  let dropped = 0;
  client.on('message', (topic, payload) => {
    const total = Number(payload.toString());
    if (topic !== DROPPED_TOPIC || !Number.isFinite(total)) return;
    first ??= total;
    if (total - first > dropped) {
      log.warn({ dropped: total - first }, 'the broker drops messages; raise the length of its queues');
    }
    dropped = Math.max(0, total - first);
  });
  client.subscribe(DROPPED_TOPIC, { qos: 0 }, (error) => {
    if (error) log.debug({ err: error }, 'the broker does not tell how many messages it drops');
  });
  return () => dropped;
}
