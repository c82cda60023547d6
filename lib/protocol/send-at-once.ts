import { Socket } from 'node:net';
import type { MqttClient } from 'mqtt';

/**
 * Has an MQTT client send each packet at once, now and whenever it connects again. Left to itself it may hold one back
 * until the other side has acknowledged the one before (Nagle, RFC 896), which that side delays by up to 40 ms
 * (RFC 1122 §4.2.3.2): an offer would wait behind the PUBACK of a report.
 */
export function sendAtOnce(client: MqttClient): MqttClient {
  const set = () => {
    const stream: unknown = client.stream;
    if (stream instanceof Socket) stream.setNoDelay(true);
  };
  client.on('connect', set);
  if (client.connected) set();
  return client;
}
