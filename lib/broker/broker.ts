import { randomBytes } from 'node:crypto';
import { type EventEmitter, once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { Level } from 'level';
import type { Log } from '#lib/log.ts';
import type { OtaReceipt } from '#lib/protocol/presence.ts';
import { PROTOCOL_VERSION, Vin } from '#lib/protocol/primitives.ts';
import { type TopicNames, vehicleTopic } from '#lib/protocol/topics.ts';
import { decidePublish, mayRetain, maySubscribe, type Session } from './access.ts';
import { authenticate, type CredentialSource, certificateNameOf, connack, vinOf } from './authentication.ts';
import { gatherWrites } from './gather-writes.ts';
import { createNotices, type Refusal } from './notices.ts';
import { guardSocket, oversizedIn } from './size-guard.ts';
import { BrokerStore } from './store.ts';

export type BrokerOptions = {
  directory: string;
  host: string;
  port: number;
  tls?: { port: number; cert: Buffer; key: Buffer; ca?: Buffer | undefined } | undefined;
  topics: TopicNames;
  backend: { username: string; password: string };
  enrolmentToken: string | undefined;
  credentials: CredentialSource;
  /** Most messages kept for one vehicle. */
  vehicleQueue: number;
  log: Log;
};

export type Broker = Awaited<ReturnType<typeof createBroker>>;

/** Where refused publishes go; nobody may subscribe to it. */
const nowhere = '$roadcast/refused';
const backendQueue = 500_000;
const heartbeatMs = 15_000;

/** The embedded broker: aedes with authentication, access rules, receipts, notices and bounded queues. */
export async function createBroker(options: BrokerOptions) {
  const { topics, log } = options;
  const sessions = new WeakMap<object, Session>();
  const counters = { refused: 0, overflow: 0, receipts: 0, rejectedConnects: 0 };
  await mkdir(options.directory, { recursive: true });
  const db = new Level<string, Buffer>(options.directory, { valueEncoding: 'buffer' });
  await db.open();

  const publish = (topic: string, message: unknown) =>
    aedes.publish(
      {
        cmd: 'publish',
        topic,
        payload: Buffer.from(JSON.stringify(message)),
        qos: 1,
        retain: false,
        dup: false,
      },
      (error) => {
        if (error) log.warn({ err: error, topic }, 'a message of the broker itself was lost');
      },
    );
  const notices = createNotices((clientId, notice) =>
    publish(`${topics.brokerNotice}/${encodeURIComponent(clientId)}`, notice),
  );
  const refuse = (refusal: Refusal) => {
    counters.refused++;
    notices.tell(refusal);
  };

  const store = new BrokerStore(db, {
    journalDirectory: join(options.directory, 'queues'),
    queueLimit: (clientId) => (isVin(clientId) ? options.vehicleQueue : backendQueue),
    maySubscribe: (client, filter) => {
      const session = sessions.get(client);
      return session !== undefined && maySubscribe(topics, session, filter);
    },
    isOffer: (clientId, topic) => topic.startsWith(topics.otaUpdate) && isVin(clientId),
    onDelivered: (clientId, { qos, ...offer }) => {
      counters.receipts++;
      const receipt: OtaReceipt = {
        v: PROTOCOL_VERSION,
        vin: clientId,
        ...offer,
        packet: qos === 2 ? 'PUBCOMP' : 'PUBACK',
        qos,
        seenAt: new Date().toISOString(),
      };
      publish(vehicleTopic(topics, 'otaReceipt', clientId), receipt);
    },
    onError: (error) => log.warn({ err: error }, 'retained messages could not be read'),
    onDamage: (path, bytes) =>
      log.warn({ path, bytes }, 'the end of a journal of queued messages is not whole'),
    onOverflow: (clientId, packet) => {
      counters.overflow++;
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload ?? '');
      if (isVin(clientId)) {
        notices.tell({ reason: 'queue_overflow', clientId, topic: packet.topic ?? '', payload });
      }
    },
  });

  const aedes = await Aedes.createBroker({
    // New for each start, as aedes needs it, and rising with time: queues are sent in the order of this id.
    id: `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`,
    persistence: store,
    heartbeatInterval: heartbeatMs,
    queueLimit: 1_000,
    concurrency: 1_000,

    authenticate(client, username, password, done) {
      forgetDuplicates(client);
      authenticate(options, {
        clientId: client.id,
        username,
        password,
        certificateName: certificateNameOf(client.conn),
      }).then(
        (result) => {
          if (result.kind === 'accepted') {
            sessions.set(client, result.session);
            done(null, true);
            return;
          }
          counters.rejectedConnects++;
          log.debug({ clientId: client.id, code: result.code }, 'connection refused');
          done(connackError('refused', result.code), false);
        },
        (error) => {
          log.warn({ err: error }, 'credentials cannot be looked up');
          done(connackError('unavailable', connack.unavailable), false);
        },
      );
    },

    authorizePublish(client, packet, done) {
      // A last will of an earlier start would keep its name and take a number of this one.
      if (!client) Reflect.deleteProperty(packet, 'brokerId');
      const session = client ? sessions.get(client) : recoveredSession(packet);
      if (session === undefined) {
        done(new Error('not authenticated'));
        return;
      }
      const clientId = client?.id ?? (session.role === 'backend' ? 'backend' : session.vin);
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      const oversized = oversizedIn(packet.topic, payload);
      const verdict = oversized ? undefined : decidePublish(topics, session, packet.topic, payload);
      if (verdict?.kind === 'rewrite') packet.topic = verdict.topic;
      if (packet.retain && !mayRetain(topics, session, packet.topic)) packet.retain = false;
      if (oversized) {
        const { topic, length, head } = oversized;
        refuse({ reason: 'oversized', clientId, topic, payload: head, length });
      } else if (verdict?.kind === 'refuse') {
        refuse({ reason: verdict.reason, clientId, topic: packet.topic, payload });
      }
      if (oversized || verdict?.kind === 'refuse') {
        packet.topic = nowhere;
        packet.payload = Buffer.alloc(0);
        packet.retain = false;
      }
      done(null);
    },

    authorizeForward: (client, packet) => (store.mayForward(client, packet) ? packet : null),

    authorizeSubscribe(client, subscription, done) {
      const session = sessions.get(client);
      if (session && maySubscribe(topics, session, subscription.topic)) {
        done(null, subscription);
        return;
      }
      const { topic } = subscription;
      // A worker asks for a shared subscription to find out that there is none; that is no fault.
      if (session?.role !== 'backend')
        refuse({ reason: 'foreign_subscription', clientId: client.id, topic, payload: Buffer.alloc(0) });
      done(null, null);
    },
  });

  aedes.on('clientError', (client, error) =>
    log.debug({ clientId: client.id, err: error }, 'connection lost'),
  );
  // Without a listener, a last will that cannot be read or stored would end the process.
  const emitter: EventEmitter = aedes;
  emitter.on('error', (error: unknown) => log.error({ err: error }, 'last wills could not be published'));
  aedes.on('connectionError', (_client, error) => log.debug({ err: error }, 'connection refused'));

  const accept = (socket: Socket) => {
    socket.setNoDelay(true);
    guardSocket(socket);
    gatherWrites(socket);
    aedes.handle(socket);
  };
  const servers = [await listen(createServer(accept), options.port, options.host)];
  if (options.tls) {
    const { port, ...material } = options.tls;
    const tls = createTlsServer(
      { ...material, requestCert: material.ca !== undefined, rejectUnauthorized: false },
      accept,
    );
    tls.on('tlsClientError', (error) => log.debug({ err: error }, 'TLS handshake failed'));
    servers.push(await listen(tls, port, options.host));
  }

  return {
    ports: servers.map(portOf),
    /** Vehicles' clients that are connected now, with the credential that each signed in with. */
    connectedVehicles: () =>
      Object.values(clientsOf(aedes)).flatMap((client) => {
        const vin = vinOf(client.id);
        return vin === undefined ? [] : [{ vin, credentialId: credentialOf(sessions.get(client)) }];
      }),
    /** VINs of which something is kept, connected or not. */
    async storedVins(): Promise<string[]> {
      const vins = new Set<string>();
      for await (const client of store.clients()) {
        const vin = vinOf(client);
        if (vin !== undefined) vins.add(vin);
      }
      return [...vins];
    },
    metrics: () => ({
      connected: aedes.connectedClients,
      queued: store.queuedMessages,
      ...counters,
    }),
    /**
     * Ends the vehicle's connections, but for those that signed in with the credential `except`; with `purge`
     * its session, queue and retained presence too.
     */
    async kick(
      vin: string,
      { except, purge = false }: { except?: string; purge?: boolean } = {},
    ): Promise<void> {
      const clients = Object.values(clientsOf(aedes)).filter(
        (client) =>
          vinOf(client.id) === vin && (except === undefined || credentialOf(sessions.get(client)) !== except),
      );
      await Promise.all(clients.map((client) => new Promise<void>((resolve) => client.close(resolve))));
      if (!purge) return;
      // A write that fails now is no reason to keep what there is.
      await settle(store).catch((error) =>
        log.warn({ err: error, vin }, 'a session that ends was not stored'),
      );
      await store.purge(vin);
      await store.forgetRetained(vehicleTopic(topics, 'tcuPresence', vin));
    },
    async stop(): Promise<void> {
      notices.flush();
      for (const server of servers) server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await settle(store);
      await store.destroy();
    },
  };

  /** A last will that outlived the broker that took it; only its own client's topic is believed. */
  function recoveredSession(packet: { topic: string }): Session | undefined {
    const clientId: unknown = Reflect.get(packet, 'clientId');
    if (typeof clientId !== 'string') return undefined;
    const vin = vinOf(clientId);
    return vin === undefined ? { role: 'backend' } : { role: 'vehicle', vin, mayReceive: false };
  }
}

function credentialOf(session: Session | undefined): string | undefined {
  return session?.role === 'vehicle' ? session.credentialId : undefined;
}

/** aedes keeps its clients by id in a public field that its types leave out. */
function clientsOf(aedes: Aedes): Record<string, Client> {
  return Reflect.get(aedes, 'clients');
}

/** Last wills are published, and what follows from that is stored, without anybody waiting for it. */
async function settle(store: BrokerStore): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await store.flush();
  }
}

/**
 * aedes takes a message that overtook another on its way through the store for newer, and the other then for
 * a duplicate, which it drops. Without this memory of counters, overlapping filters of one client may bring a
 * message twice, as MQTT 3.1.1 §3.3.5 allows, and none is lost.
 */
function forgetDuplicates(client: Client): void {
  Reflect.set(client, 'duplicates', new Proxy({}, { get: () => 0, set: () => true }));
}

function connackError(message: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}

function isVin(text: string): boolean {
  return Vin.safeParse(text).success;
}

async function listen(server: Server, port: number, host: string): Promise<Server> {
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
