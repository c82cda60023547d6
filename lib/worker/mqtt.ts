import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import mqtt from 'mqtt';
import { generate } from 'mqtt-packet';
import { ConfigError, UnavailableError } from '#lib/errors.ts';
import type { Log } from '#lib/log.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';
import { watchDrops } from './broker-drops.ts';
import type { Publish } from './engine/publish.ts';
import { type HeldAck, type HeldAcks, holdAcks } from './inbound/held-acks.ts';

export type BrokerLogin = { url: string; username: string; password: string | undefined };
export type ProtocolVersion = 4 | 5;

/** How long a broker keeps a worker's session and queue while nobody is connected. */
const sessionExpirySeconds = 7 * 24 * 3_600;
const answerMs = 5_000;
const patienceMs = 15_000;
const quiet = () => undefined;

function optionsOf(login: BrokerLogin, version: ProtocolVersion): IClientOptions {
  return {
    username: login.username,
    ...(login.password !== undefined && { password: login.password }),
    protocolVersion: version,
    reconnectPeriod: 500,
    reconnectOnConnackError: true,
    connectTimeout: answerMs,
    keepalive: 30,
    log: quiet,
  };
}

/**
 * Finds out whether the broker speaks MQTT 5, else 3.1.1. Waits a while for a broker that is just starting;
 * throws a `ConfigError` that names the variable where it does not answer or refuses the login.
 */
export async function negotiateVersion(login: BrokerLogin, waitMs = patienceMs): Promise<ProtocolVersion> {
  const until = Date.now() + waitMs;
  for (;;) {
    let last: unknown;
    for (const version of [5, 4] as const) {
      try {
        await tryConnect(login, version);
        return version;
      } catch (error) {
        last = error;
        if (isRefusedLogin(error)) {
          throw new ConfigError(
            'MQTT_PASSWORD',
            'The broker at MQTT_URL refused MQTT_USERNAME and MQTT_PASSWORD.',
          );
        }
        if (Reflect.get(Object(error), 'code') === 'ENOTFOUND') {
          throw new ConfigError('MQTT_URL', `MQTT_URL names a host that is not known: ${hostOf(login.url)}.`);
        }
      }
    }
    if (Date.now() > until) {
      const reason = last instanceof Error && last.message ? ` (${last.message})` : '';
      throw new ConfigError('MQTT_URL', `No broker answers at MQTT_URL, ${hostOf(login.url)}${reason}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** Return codes of MQTT 3.1.1 §3.2.2.3 and reason codes of MQTT 5 §3.2.2.2. */
function isRefusedLogin(error: unknown): boolean {
  return [4, 5, 134, 135].includes(Reflect.get(Object(error), 'code'));
}

async function tryConnect(login: BrokerLogin, version: ProtocolVersion): Promise<void> {
  const client = mqtt.connect(login.url, { ...optionsOf(login, version), reconnectPeriod: 0, clean: true });
  try {
    await untilConnected(client);
  } finally {
    client.on('error', quiet);
    await new Promise((resolve) => client.end(true, {}, resolve));
  }
}

function untilConnected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('the connection was closed')));
  });
}

export type Subscription = {
  client: MqttClient;
  acks: HeldAcks;
  /** Begins to receive these filters, at QoS 1. */
  subscribe(filters: readonly string[]): Promise<void>;
  unsubscribe(filters: readonly string[]): Promise<void>;
  /** Leaves; the session stays at the broker, which goes on queueing for it. */
  leave(): Promise<void>;
  /** Leaves and ends the session at the broker. */
  endSession(): Promise<void>;
};

export type SubscriptionOptions = BrokerLogin & {
  clientId: string;
  version: ProtocolVersion;
  receiveMaximum: number;
  log: Log;
  onMessage(packet: IPublishPacket, ack: HeldAck | undefined): void;
};

/**
 * The inbound connection: a persistent session whose messages are acknowledged only when told so. It
 * reconnects by itself; what the session holds comes in before anything is subscribed.
 */
export async function openSubscription(options: SubscriptionOptions): Promise<Subscription> {
  const { version, receiveMaximum, clientId, log } = options;
  const persistent: IClientOptions = {
    ...optionsOf(options, version),
    clientId,
    clean: false,
    ...(version === 5 && {
      properties: {
        sessionExpiryInterval: sessionExpirySeconds,
        receiveMaximum: Math.min(receiveMaximum, 65_535),
      },
    }),
  };
  const client = sendAtOnce(mqtt.connect(options.url, persistent));
  // An MQTT 5 broker stops by itself at the receive maximum; another one is stopped by not reading on.
  const acks = holdAcks(client, version === 5 ? receiveMaximum + 1 : receiveMaximum, options.onMessage);
  watch(client, log, clientId);
  const connected = new Promise<void>((resolve) => client.once('connect', () => resolve()));
  await connected;
  const leave = () => end(client);
  return {
    client,
    acks,
    async subscribe(filters) {
      // Retained presence is sent for a new subscription only, not again at each start (MQTT 5).
      const granted = await client.subscribeAsync([...filters], { qos: 1, ...(version === 5 && { rh: 1 }) });
      for (const { topic, qos } of granted) {
        if (qos > 2)
          throw new ConfigError(
            'MQTT_USERNAME',
            `The broker does not let the backend subscribe to ${topic}.`,
          );
      }
    },
    async unsubscribe(filters) {
      await client.unsubscribeAsync([...filters]);
    },
    leave,
    async endSession() {
      await leave();
      const cleaner = mqtt.connect(options.url, {
        ...optionsOf(options, version),
        clientId,
        clean: true,
        reconnectPeriod: 0,
      });
      cleaner.on('error', quiet);
      await untilConnected(cleaner);
      await new Promise((resolve) => cleaner.end(false, {}, resolve));
    },
  };
}

export type Publisher = {
  publish: Publish;
  /** Many messages at QoS 0 in one write; where the broker is out of reach they are dropped. */
  publishAll(messages: readonly { topic: string; payload: string }[]): void;
  /** Messages that the broker dropped since the start, where it counts them. */
  dropped(): number;
  stop(): Promise<void>;
};

/** The outbound connection: clean, separate from the inbound one, so that neither waits for the other. */
export async function openPublisher(
  options: BrokerLogin & { clientId: string; version: ProtocolVersion; log: Log },
): Promise<Publisher> {
  const { clientId, version, log } = options;
  const client = sendAtOnce(
    mqtt.connect(options.url, {
      ...optionsOf(options, version),
      clientId,
      clean: true,
      queueQoSZero: false,
    }),
  );
  watch(client, log, clientId);
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  const dropped = watchDrops(client, log);
  const publish: Publish = (topic, payload, { qos, expirySeconds }) =>
    new Promise((resolve, reject) => {
      if (!client.connected) {
        reject(new UnavailableError('The broker is out of reach.'));
        return;
      }
      const properties =
        version === 5 && expirySeconds !== undefined ? { messageExpiryInterval: expirySeconds } : undefined;
      client.publish(topic, payload, { qos, ...(properties && { properties }) }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  return {
    publish,
    dropped,
    publishAll(messages) {
      if (!client.connected || messages.length === 0) return;
      const packets = messages.map(({ topic, payload }) =>
        generate(
          { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false },
          { protocolVersion: version },
        ),
      );
      client.stream.write(Buffer.concat(packets));
    },
    stop: () => end(client),
  };
}

/** Ends in order where the broker answers, else at once. */
async function end(client: MqttClient): Promise<void> {
  const inOrder = new Promise<'ended'>((resolve) =>
    client.end(!client.connected, {}, () => resolve('ended')),
  );
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 2_000).unref());
  if ((await Promise.race([inOrder, late])) === 'late') client.stream.destroy();
}

/** One line when the broker is lost and one when it is back, however often it is tried between. */
function watch(client: MqttClient, log: Log, clientId: string): void {
  let lost = false;
  client.on('error', (error) => log.debug({ err: error, clientId }, 'MQTT'));
  client.on('close', () => {
    if (!lost && !client.disconnecting) log.warn({ clientId }, 'the broker is out of reach');
    lost = true;
  });
  client.on('connect', () => {
    if (lost) log.info({ clientId }, 'the broker is back');
    lost = false;
  });
}

/**
 * Tells by a round trip whether shared subscriptions work: some brokers grant them and deliver nothing. A
 * plain subscription beside it says when the message has arrived.
 */
export async function probeSharing(
  login: BrokerLogin,
  version: ProtocolVersion,
  topic: string,
  group: string,
): Promise<boolean> {
  const client = mqtt.connect(login.url, { ...optionsOf(login, version), reconnectPeriod: 0, clean: true });
  client.on('error', quiet);
  try {
    await untilConnected(client);
    let shared = 0;
    const plain = new Promise<void>((resolve) => {
      client.on('message', (_topic, payload) => {
        if (payload.toString() === 'shared') shared++;
        else resolve();
      });
    });
    await client.subscribeAsync(`$share/${group}/${topic}/shared`, { qos: 1 });
    await client.subscribeAsync(`${topic}/plain`, { qos: 1 });
    await client.publishAsync(`${topic}/shared`, 'shared', { qos: 1 });
    await client.publishAsync(`${topic}/plain`, 'plain', { qos: 1 });
    await Promise.race([plain, new Promise((resolve) => setTimeout(resolve, answerMs))]);
    for (let waited = 0; shared === 0 && waited < 500; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return shared > 0;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => client.end(true, {}, resolve));
  }
}
