import { WebSocket as ReconnectingWebSocket } from 'partysocket';
import { applyPatch } from '#lib/live/patch.ts';
import { type ClientFrame, LIVE_CLOSE, LIVE_PATH, type ServerFrame } from '#lib/protocol/live-frames.ts';

export type Freshness =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'behind'; behindMs: number }
  | { state: 'disconnected'; since: number };

export type ViewState = { value: unknown; revision: number; problem: string | undefined };

type Watch = {
  id: number;
  name: string;
  params: Record<string, unknown>;
  channel: number | undefined;
  state: ViewState;
  listeners: Set<() => void>;
  /** Seen behind at the last tick; twice in a row means that a frame was lost. */
  suspect: boolean;
};

const PAINT_MS = 250;
const SILENT_MS = 2_500;
const BEHIND_MS = 2_000;
/** A connection that brings nothing for so long is dead, though nobody has closed it: a tunnel, a sleeping laptop. */
const DEAD_MS = 15_000;

/** The one live connection of a tab: keeps open views, finds gaps, paints at most four times a second. */
export class LiveClient {
  #socket: ReconnectingWebSocket | undefined;
  #watches = new Map<string, Watch>();
  #channels = new Map<number, Watch>();
  #next = 1;
  #freshness: Freshness = { state: 'connecting' };
  #freshnessListeners = new Set<() => void>();
  #pending = new Set<Watch>();
  #paintTimer: ReturnType<typeof setTimeout> | undefined;
  #paintedAt = 0;
  #lastTickAt = 0;
  #heardAt = 0;
  /** Least time that a tick of this connection has been under way, by two clocks that need not agree. */
  #leastLagMs = Number.POSITIVE_INFINITY;
  #behindMs = 0;
  #lostAt: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #onSignedOut: () => void;

  constructor(onSignedOut: () => void) {
    this.#onSignedOut = onSignedOut;
  }

  start(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new ReconnectingWebSocket(`${scheme}://${location.host}${LIVE_PATH}`, [], {
      minReconnectionDelay: 300,
      maxReconnectionDelay: 8_000,
      reconnectionDelayGrowFactor: 1.6,
      connectionTimeout: 6_000,
      maxEnqueuedMessages: 0,
    });
    this.#socket = socket;
    socket.addEventListener('open', () => this.#opened());
    socket.addEventListener('message', (event) => {
      this.#heardAt = Date.now();
      this.#receive(String(event.data));
    });
    socket.addEventListener('close', (event) => this.#closed(event.code));
    this.#timer = setInterval(() => this.#judge(), 1_000);
    addEventListener('online', this.#online);
  }

  stop(): void {
    removeEventListener('online', this.#online);
    clearInterval(this.#timer);
    clearTimeout(this.#paintTimer);
    this.#paintTimer = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The network is back: no reason to sit out the pause between attempts. */
  #online = (): void => {
    if (this.#socket?.readyState !== WebSocket.OPEN) this.#socket?.reconnect();
  };

  freshness = (): Freshness => this.#freshness;

  onFreshness = (listener: () => void): (() => void) => {
    this.#freshnessListeners.add(listener);
    return () => this.#freshnessListeners.delete(listener);
  };

  stateOf(key: string): ViewState | undefined {
    return this.#watches.get(key)?.state;
  }

  /** Opens a view, or joins one that is open; the returned function leaves it. */
  watch(key: string, name: string, params: Record<string, unknown>, listener: () => void): () => void {
    let watch = this.#watches.get(key);
    if (!watch) {
      const state = { value: undefined, revision: 0, problem: undefined };
      const id = this.#next++;
      watch = { id, name, params, channel: undefined, state, listeners: new Set(), suspect: false };
      this.#watches.set(key, watch);
      this.#subscribe(watch);
    }
    const joined = watch;
    joined.listeners.add(listener);
    return () => {
      joined.listeners.delete(listener);
      if (joined.listeners.size > 0 || this.#watches.get(key) !== joined) return;
      this.#watches.delete(key);
      if (joined.channel !== undefined) this.#channels.delete(joined.channel);
      this.#send({ kind: 'unsubscribe', id: joined.id });
    };
  }

  #opened(): void {
    this.#lostAt = undefined;
    this.#lastTickAt = Date.now();
    this.#heardAt = Date.now();
    this.#leastLagMs = Number.POSITIVE_INFINITY;
    this.#channels.clear();
    for (const watch of this.#watches.values()) {
      watch.channel = undefined;
      this.#subscribe(watch);
    }
    this.#judge();
  }

  #closed(code: number): void {
    this.#lostAt ??= Date.now();
    this.#judge();
    if (code !== LIVE_CLOSE.signedOut) return;
    this.#socket?.close();
    this.#onSignedOut();
  }

  #subscribe(watch: Watch) {
    const params = JSON.parse(JSON.stringify(watch.params));
    this.#send({ kind: 'subscribe', id: watch.id, view: { name: watch.name, params } });
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #receive(text: string) {
    // The gateway is this program's own; parsing each value again by schema would cost more than the paint.
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.kind) {
      case 'subscribed': {
        const watch = [...this.#watches.values()].find((candidate) => candidate.id === frame.id);
        if (!watch) return;
        watch.channel = frame.channel;
        this.#channels.set(frame.channel, watch);
        return;
      }
      case 'snapshot': {
        const watch = this.#channels.get(frame.channel);
        if (watch) this.#set(watch, { value: frame.value, revision: frame.revision, problem: undefined });
        return;
      }
      case 'change': {
        const watch = this.#channels.get(frame.channel);
        if (!watch || frame.revision <= watch.state.revision) return;
        if (frame.from !== watch.state.revision) return this.#send({ kind: 'resync', id: watch.id });
        const value = applyPatch(watch.state.value, frame.patch as Parameters<typeof applyPatch>[1]);
        return this.#set(watch, { value, revision: frame.revision, problem: undefined });
      }
      case 'stalled':
      case 'refused': {
        const watch =
          frame.kind === 'stalled'
            ? this.#channels.get(frame.channel)
            : [...this.#watches.values()].find((candidate) => candidate.id === frame.id);
        if (watch) this.#set(watch, { ...watch.state, problem: frame.message });
        return;
      }
      case 'tick':
        return this.#tick(frame);
    }
  }

  #tick(frame: Extract<ServerFrame, { kind: 'tick' }>): void {
    this.#send({ kind: 'seen', sequence: frame.sequence });
    this.#lastTickAt = Date.now();
    // On a narrow link frames arrive in a steady row and late: what the first ones took is no lag, what is added is.
    const lagMs = this.#lastTickAt - Date.parse(frame.at);
    this.#leastLagMs = Math.min(this.#leastLagMs, lagMs);
    this.#behindMs = frame.behindMs + lagMs - this.#leastLagMs;
    for (const [channel, watch] of this.#channels) {
      const newest = frame.revisions[String(channel)];
      if (newest === undefined) continue;
      const lost = newest > watch.state.revision;
      if (lost && watch.suspect) this.#send({ kind: 'resync', id: watch.id });
      watch.suspect = lost;
    }
    this.#judge();
  }

  #judge(): void {
    const now = Date.now();
    if (this.#socket?.readyState === WebSocket.OPEN && now - this.#heardAt > DEAD_MS) {
      this.#lostAt = this.#heardAt;
      // Says `closed` on the way, which judges anew.
      this.#socket.reconnect();
      return;
    }
    const open = this.#socket?.readyState === WebSocket.OPEN;
    const silentMs = now - this.#lastTickAt;
    let next: Freshness;
    if (!open)
      next =
        this.#lostAt === undefined ? { state: 'connecting' } : { state: 'disconnected', since: this.#lostAt };
    else if (silentMs > SILENT_MS) next = { state: 'behind', behindMs: silentMs };
    else if (this.#behindMs > BEHIND_MS) next = { state: 'behind', behindMs: this.#behindMs };
    else next = { state: 'live' };
    if (JSON.stringify(next) === JSON.stringify(this.#freshness)) return;
    this.#freshness = next;
    for (const tell of this.#freshnessListeners) tell();
  }

  #set(watch: Watch, state: ViewState): void {
    watch.state = state;
    watch.suspect = false;
    this.#pending.add(watch);
    const wait = this.#paintedAt + PAINT_MS - Date.now();
    this.#paintTimer ??= setTimeout(() => this.#paint(), Math.max(0, wait));
  }

  #paint(): void {
    this.#paintTimer = undefined;
    this.#paintedAt = Date.now();
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const watch of pending) for (const tell of watch.listeners) tell();
  }
}
