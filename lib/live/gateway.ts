import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Database } from '#lib/db/client.ts';
import type { Log } from '#lib/log.ts';
import { LIVE_CLOSE } from '#lib/protocol/live-frames.ts';
import { Connection, type LiveActor } from './connection.ts';
import { ViewHub } from './hub.ts';
import { listenForHints } from './listener.ts';
import { createWatermark } from './watermark.ts';

/** What is kept of the request that opened a connection. */
type Asked = Pick<IncomingMessage, 'headers'>;

export type GatewayOptions = {
  db: Database;
  databaseUrl: string;
  log: Log;
  /** Who is signed in by the request's cookie, asked at the upgrade, when operators change, and once a minute. */
  authenticate(request: Asked): Promise<LiveActor | null>;
  /** Whether the browser's page is of this site. */
  isSameOrigin(request: IncomingMessage): boolean;
};

export type Gateway = {
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
  stats(): { sockets: number; views: number; frames: number; skipped: number; behindMs: number };
  stop(): Promise<void>;
};

const TICK_MS = 1_000;
/** As long as views that change all the time wait for their next change. */
const TICK_WAITS_MS = 300;
const SESSION_CHECK_TICKS = 60;
const PING_TICKS = 15;

/** The live gateway: sockets of browsers on one side, hints and reads of Postgres on the other. */
export function createGateway({ db, databaseUrl, log, authenticate, isSameOrigin }: GatewayOptions): Gateway {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 });
  const hub = new ViewHub({ db, now: () => new Date() }, (view, error) =>
    log.warn({ err: error, view }, 'a live view could not be read'),
  );
  const listener = listenForHints(
    databaseUrl,
    log,
    (hint) => {
      hub.touch(hint);
      if (hint.subjects.includes('operator')) checkSessions();
    },
    () => {
      hub.touch();
      checkSessions();
    },
  );
  const readWatermark = createWatermark(db.pool);
  const open = new Map<Connection, { request: Asked; alive: boolean; ping(): void; terminate(): void }>();
  let frames = 0;
  let skipped = 0;
  let ticks = 0;
  let checkedAt = Date.now();
  let checking = false;
  let isIdle = true;
  let tickTimer: NodeJS.Timeout | undefined;

  /** How long ago the gateway last knew to be up to date. */
  const behindMs = () => Math.max(0, Date.now() - checkedAt - 2 * TICK_MS);

  const checkWatermark = async () => {
    if (checking) return;
    checking = true;
    try {
      if (open.size > 0) {
        const hint = await readWatermark();
        // The first mark after nobody watched is newer than the first snapshots: it cannot tell what they lack.
        if (isIdle) hub.touch();
        else if (hint) hub.touch(hint);
      }
      isIdle = open.size === 0;
      checkedAt = Date.now();
    } catch (error) {
      log.debug({ err: error }, 'could not read the watermark');
    } finally {
      checking = false;
    }
  };

  /** Runs of the check that have begun; a connection that opens during one was perhaps not looked at. */
  let sessionChecks = 0;
  let sessionCheck: Promise<void> | undefined;
  let checkAgain = false;
  /** One run at a time, so that an older answer never overtakes a newer one. */
  const checkSessions = () => {
    sessionChecks += 1;
    if (sessionCheck) {
      checkAgain = true;
      return;
    }
    sessionCheck = lookAtSessions().finally(() => {
      sessionCheck = undefined;
      if (!checkAgain) return;
      checkAgain = false;
      checkSessions();
    });
  };

  const lookAtSessions = async () => {
    // Tabs of one browser have one session.
    const sessions = new Map<string | undefined, Promise<LiveActor | null | undefined>>();
    for (const [connection, { request }] of open) {
      const { cookie } = request.headers;
      const asked = sessions.get(cookie) ?? authenticate(request).catch(() => undefined);
      sessions.set(cookie, asked);
      const found = await asked;
      const actor = found === undefined ? connection.actor : found;
      if (actor) connection.reauthorise(actor);
      else connection.close(LIVE_CLOSE.signedOut, 'Signed out.');
    }
  };

  const timer = setInterval(() => {
    ticks += 1;
    void checkWatermark();
    hub.flush();
    for (const [connection, peer] of open) {
      connection.tick(behindMs());
      if (ticks % PING_TICKS !== 0) continue;
      if (!peer.alive) peer.terminate();
      peer.alive = false;
      peer.ping();
    }
    if (ticks % SESSION_CHECK_TICKS === 0) checkSessions();
    clearTimeout(tickTimer);
    tickTimer = setTimeout(() => {
      for (const connection of open.keys()) connection.payTick();
    }, TICK_WAITS_MS);
  }, TICK_MS);

  return {
    async upgrade(request, stream, head) {
      if (!isSameOrigin(request)) return refuse(stream, '403 Forbidden');
      const checksBefore = sessionChecks;
      const actor = await authenticate(request).catch(() => null);
      if (!actor) return refuse(stream, '401 Unauthorized');
      if (stream.destroyed) return;
      server.handleUpgrade(request, stream, head, (socket) => {
        const connection = new Connection(socket, stream, hub, actor);
        const { headers } = request;
        const peer = {
          request: { headers },
          alive: true,
          ping: () => socket.ping(),
          terminate: () => socket.terminate(),
        };
        open.set(connection, peer);
        if (sessionChecks !== checksBefore) checkSessions();
        socket.on('pong', () => {
          peer.alive = true;
        });
        socket.on('close', () => {
          open.delete(connection);
          frames += connection.sequence;
          skipped += connection.skipped;
        });
        connection.tick(behindMs());
        connection.payTick();
      });
    },
    stats() {
      const connections = [...open.keys()];
      return {
        sockets: open.size,
        views: hub.size,
        frames: connections.reduce((sum, connection) => sum + connection.sequence, frames),
        skipped: connections.reduce((sum, connection) => sum + connection.skipped, skipped),
        behindMs: behindMs(),
      };
    },
    async stop() {
      clearInterval(timer);
      clearTimeout(tickTimer);
      for (const connection of open.keys()) connection.close(1001, 'The server stops.');
      hub.close();
      server.close();
      await listener.stop();
    },
  };
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
