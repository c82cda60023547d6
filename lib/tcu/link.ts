import { randomBytes } from 'node:crypto';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { TcuPresence } from '#lib/protocol/presence.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';
import { announcementTopic, type TopicNames, vehicleTopic } from '#lib/protocol/topics.ts';

export type LinkOptions = {
  url: string;
  vin: string;
  model: string;
  credential: string;
  topics: TopicNames;
  /** 4 is MQTT 3.1.1. */
  protocolVersion: 4 | 5;
  keepaliveSeconds: number;
  /** TLS material and the like. */
  mqtt?: IClientOptions | undefined;
  random(): number;
  onOnline(): void;
  onOffline(reason: string): void;
  onMessage(topic: string, payload: Buffer): void;
};

export type Link = ReturnType<typeof openLink>;

const firstRetryMs = 1_000;
const lastRetryMs = 60_000;
const sessionExpirySeconds = 30 * 24 * 3600;

/**
 * The TCU's connection: one persistent session under the VIN, a new connection id in presence and last will
 * for each CONNECT, growing pauses between tries. What QoS 1 owes is in the TCU's outbox, so each connection
 * starts with an empty outgoing store; the incoming one lives on, because QoS 2 is exact only with it.
 */
export function openLink(options: LinkOptions) {
  const { vin, topics } = options;
  const presenceTopic = vehicleTopic(topics, 'tcuPresence', vin);
  const incomingStore = new mqtt.Store({ clean: false });
  let client: MqttClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let stopped = false;
  let hasSubscribed = false;
  /** Of the last CONNECT; a goodbye under another one would be taken for an old connection's. */
  let connectionId = '';

  const presence = (state: TcuPresence['state']) =>
    JSON.stringify({ v: PROTOCOL_VERSION, state, connectionId } satisfies TcuPresence);

  const connect = () => {
    connectionId = randomBytes(12).toString('base64url');
    let reason = 'connection closed';
    const next = mqtt.connect(options.url, {
      ...options.mqtt,
      clientId: vin,
      username: vin,
      password: options.credential,
      clean: false,
      protocolVersion: options.protocolVersion,
      ...(options.protocolVersion === 5
        ? { properties: { sessionExpiryInterval: sessionExpirySeconds, receiveMaximum: 20 } }
        : {}),
      keepalive: options.keepaliveSeconds,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      incomingStore,
      will: {
        topic: presenceTopic,
        payload: Buffer.from(presence('offline')),
        qos: 1,
        retain: true,
      },
    });
    client = sendAtOnce(next);
    next.on('connect', ({ sessionPresent }) => {
      failures = 0;
      if (!sessionPresent || !hasSubscribed) subscribe(next);
      next.publish(presenceTopic, presence('online'), { qos: 1, retain: true });
      options.onOnline();
    });
    next.on('message', (topic, payload) => options.onMessage(topic, payload));
    next.on('error', (error) => {
      reason = error.message;
    });
    next.once('close', () => {
      options.onOffline(reason);
      next.end(true);
      if (stopped || client !== next) return;
      const backOff = Math.min(firstRetryMs * 2 ** failures, lastRetryMs);
      failures++;
      timer = setTimeout(connect, backOff * (0.5 + options.random()));
    });
  };

  const subscribe = (next: MqttClient) => {
    const wanted = [
      vehicleTopic(topics, 'otaUpdate', vin),
      vehicleTopic(topics, 'otaControl', vin),
      announcementTopic(topics),
      announcementTopic(topics, options.model),
    ];
    next.subscribe(wanted, { qos: 2 }, (error) => {
      hasSubscribed = error === null || error === undefined;
    });
  };

  connect();

  return {
    get isOnline() {
      return client?.connected ?? false;
    },
    /** Hands a message to the connection at QoS 1; whoever needs certainty keeps it until it is committed. */
    send(topic: string, payload: string | Buffer): void {
      if (client?.connected) client.publish(topic, payload, { qos: 1 }, () => undefined);
    },
    /** As when power fails: nothing is said, the broker publishes the last will. */
    cut(): void {
      stopped = true;
      clearTimeout(timer);
      client?.stream.destroy();
    },
    /** Loses the connection for a while, as in an underground garage. */
    loseFor(ms: number): void {
      const lost = client;
      client = undefined;
      clearTimeout(timer);
      lost?.stream.destroy();
      if (!stopped) timer = setTimeout(connect, ms);
    },
    /** Says goodbye: presence offline, DISCONNECT. */
    async close(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      const last = client;
      if (!last?.connected) {
        last?.end(true);
        return;
      }
      const farewell = presence('offline');
      await last.publishAsync(presenceTopic, farewell, { qos: 1, retain: true }).catch(() => undefined);
      await last.endAsync().catch(() => undefined);
    },
  };
}
