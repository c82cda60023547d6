import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { isPermitted } from '#lib/domain/permissions.ts';
import { ClientFrame, LIVE_CLOSE, type ServerFrame } from '#lib/protocol/live-frames.ts';
import type { Channel, Subscriber } from './channel.ts';
import type { ViewHub } from './hub.ts';
import { Pace } from './pace.ts';
import { encodeTextFrame } from './text-frame.ts';
import { findView } from './views.ts';

export type LiveActor = { id: string; name: string; role: Parameters<typeof isPermitted>[0] };

/** Beyond this many unsent bytes a browser is slow: changes are skipped until it has caught up. */
const SLOW_BYTES = 256 * 1024;
const TOO_SLOW_MS = 60_000;
const MOST_VIEWS = 40;
const MOST_FRAMES_PER_SECOND = 100;

/** One browser tab. Frames are written to the TCP stream as made by the channel, once for all tabs. */
export class Connection implements Subscriber {
  actor: LiveActor;
  sequence = 0;
  skipped = 0;
  #socket: WebSocket;
  #stream: Duplex;
  #hub: ViewHub;
  #views = new Map<number, Channel>();
  /** Channels whose newest state has not been sent, each with the time since when; the oldest first. */
  #owed = new Map<Channel, number>();
  #slowSince: number | undefined;
  #corked = false;
  #pace = new Pace();
  #gatewayBehindMs = 0;
  /** A tick waits for frames that it can leave with. */
  #owesTick = false;
  #budget = MOST_FRAMES_PER_SECOND;

  constructor(socket: WebSocket, stream: Duplex, hub: ViewHub, actor: LiveActor) {
    this.#socket = socket;
    this.#stream = stream;
    this.#hub = hub;
    this.actor = actor;
    socket.on('message', (bytes, isBinary) => this.#receive(isBinary ? '' : bytes.toString()));
    socket.on('close', () => this.#leaveAll());
    socket.on('error', () => socket.terminate());
    stream.on('drain', () => this.#catchUp());
  }

  deliver(channels: readonly Channel[], frames: Buffer): void {
    const now = Date.now();
    if (this.#stream.writableLength > SLOW_BYTES) this.#slowSince ??= now;
    if (this.#owed.size === 0 && !this.#isFull(now)) {
      // Made of all that changed at once: there is nothing to wait for.
      if (this.#owesTick) this.#sendWithTick(frames, channels.length);
      else this.#send(frames, channels.length);
      return;
    }
    for (const channel of channels) if (!this.#owed.has(channel)) this.#owed.set(channel, now);
    this.skipped += channels.length;
  }

  /**
   * Once a second: proof of life, and the revisions that the browser should have by now. It leaves with the next
   * frames, or when `payTick` is called: a write costs more than what is written.
   */
  tick(gatewayBehindMs: number): void {
    this.#budget = MOST_FRAMES_PER_SECOND;
    this.#gatewayBehindMs = gatewayBehindMs;
    const now = Date.now();
    const waitedMs = this.#pace.waitedMs(now);
    if (Math.max(waitedMs, now - (this.#slowSince ?? now)) > TOO_SLOW_MS) {
      this.close(LIVE_CLOSE.tooSlow, 'The connection is too slow.');
      return;
    }
    if (this.#slowSince !== undefined || (waitedMs > 0 && this.#pace.isFull(now))) return;
    this.#owesTick = true;
  }

  payTick(): void {
    if (!this.#owesTick) return;
    this.#owesTick = false;
    this.#ask(true);
  }

  #ask(withRevisions = false): void {
    this.#write(this.#question(withRevisions, this.sequence + 1));
  }

  /**
   * A tick, which the browser answers: everything before it has arrived then. Made as text, because every open page
   * gets one each second.
   */
  #question(withRevisions: boolean, sequence: number, beforeBytes = 0): Buffer {
    const now = Date.now();
    const [owedSince = now] = this.#owed.values();
    let behindMs = Math.max(this.#gatewayBehindMs, now - owedSince);
    let revisions = '';
    for (const channel of this.#views.values()) {
      if (channel.dirtySince !== undefined) behindMs = Math.max(behindMs, now - channel.dirtySince);
      // What is owed comes by itself: the browser need not ask for it.
      if (!withRevisions || this.#owed.has(channel)) continue;
      revisions += `${revisions === '' ? '' : ','}"${channel.id}":${channel.revision}`;
    }
    this.#pace.asks(sequence, now, beforeBytes);
    return encodeTextFrame(
      `{"kind":"tick","at":"${new Date(now).toISOString()}","sequence":${sequence},"behindMs":${behindMs},"revisions":{${revisions}}}`,
    );
  }

  /** The role may have changed: views that are no longer allowed are closed. */
  reauthorise(actor: LiveActor): void {
    this.actor = actor;
    for (const [id, channel] of this.#views) {
      if (isPermitted(actor.role, channel.view.action)) continue;
      this.#leave(id);
      this.send({ kind: 'refused', id, code: 'forbidden', message: forbidden(actor) });
    }
  }

  send(frame: ServerFrame): void {
    this.#write(encodeTextFrame(JSON.stringify(frame)));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  #receive(text: string) {
    this.#budget -= 1;
    const frame = this.#budget < 0 ? undefined : parse(text);
    if (!frame) return this.close(LIVE_CLOSE.badFrame, 'Not a frame of this protocol.');
    switch (frame.kind) {
      case 'subscribe':
        return this.#subscribe(frame);
      case 'unsubscribe':
        return this.#leave(frame.id);
      case 'resync': {
        this.#hub.flush();
        const snapshot = this.#views.get(frame.id)?.snapshot();
        if (snapshot) this.#write(snapshot);
        return;
      }
      case 'seen':
        this.#pace.answered(frame.sequence, Date.now());
        this.#payOwed();
        if (this.#pace.mayAsk()) this.#ask();
    }
  }

  #subscribe({ id, view: { name, params } }: Extract<ClientFrame, { kind: 'subscribe' }>) {
    const refuse = (code: string, message: string) => this.send({ kind: 'refused', id, code, message });
    const view = findView(name);
    if (!view) return refuse('not_found', `There is no view "${name}".`);
    if (!isPermitted(this.actor.role, view.action)) return refuse('forbidden', forbidden(this.actor));
    if (this.#views.size >= MOST_VIEWS || this.#views.has(id))
      return refuse('conflict', 'Too many open views.');
    const parsed = view.params.safeParse(params);
    if (!parsed.success) return refuse('invalid', parsed.error.issues[0]?.message ?? 'not valid');
    const channel = this.#hub.open(view, parsed.data, this);
    this.#views.set(id, channel);
    this.send({ kind: 'subscribed', id, channel: channel.id });
    const snapshot = channel.snapshot();
    if (snapshot) this.#write(snapshot);
  }

  #leave(id: number): void {
    const channel = this.#views.get(id);
    if (!channel) return;
    this.#views.delete(id);
    if ([...this.#views.values()].includes(channel)) return;
    this.#owed.delete(channel);
    this.#hub.leave(channel, this);
  }

  #leaveAll(): void {
    for (const id of [...this.#views.keys()]) this.#leave(id);
  }

  #catchUp(): void {
    this.#slowSince = undefined;
    this.#hub.flush();
    this.#payOwed();
  }

  #isFull(now: number): boolean {
    return this.#stream.writableLength > SLOW_BYTES || this.#pace.isFull(now);
  }

  /** The newest states of what the browser missed, one after the other as there is room. */
  #payOwed(): void {
    for (const channel of this.#owed.keys()) {
      if (this.#isFull(Date.now())) return;
      this.#owed.delete(channel);
      const snapshot = channel.snapshot();
      if (snapshot) this.#write(snapshot);
    }
  }

  /** Frames of one turn of the event loop leave in one write. */
  #write(frames: Buffer): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      setImmediate(() => {
        if (this.#pace.mayAsk()) this.#ask();
        this.#corked = false;
        this.#stream.uncork();
      });
    }
    this.#send(frames);
  }

  /** One write takes both, and costs as much as one of them. */
  #sendWithTick(frames: Buffer, count: number): void {
    this.#owesTick = false;
    const tick = this.#question(true, this.sequence + count + 1, frames.length);
    this.#send(Buffer.concat([frames, tick]), count + 1);
  }

  #send(frames: Buffer, count = 1): void {
    if (this.#socket.readyState !== this.#socket.OPEN || this.#stream.destroyed) return;
    this.sequence += count;
    this.#pace.wrote(frames.length);
    this.#stream.write(frames);
    if (!this.#corked && this.#pace.mayAsk()) this.#ask();
  }
}

function forbidden(actor: LiveActor): string {
  return `The role ${actor.role} may not see this.`;
}

function parse(text: string): ClientFrame | undefined {
  try {
    return ClientFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
