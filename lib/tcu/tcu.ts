import type { PinnedKeys } from '#lib/protocol/envelope.ts';
import { OtaControl } from '#lib/protocol/ota-control.ts';
import type { OtaStatus } from '#lib/protocol/ota-status.ts';
import { parseTopic } from '#lib/protocol/topics.ts';
import type { Sent } from './air.ts';
import type { Behaviour } from './behaviour.ts';
import { decideAnnouncement } from './decide-announcement.ts';
import { decideUpdate, type UpdateDecision } from './decide-update.ts';
import type { PartialPayload } from './download.ts';
import { type LinkOptions, openLink } from './link.ts';
import { type RunTiming, runOffer } from './offer-run.ts';
import { createOutbound } from './outbound.ts';
import type { StoredOffer, TcuState } from './state.ts';

export type TcuTiming = RunTiming & {
  /** Between two heartbeats. */
  heartbeatMs: number;
  /** Between two full reports without a reason; 0 for never. */
  reportMs: number;
  /** How long a message may wait for "committed" before it is sent again on the same connection. */
  resendMs: number;
};

export const defaultTiming: TcuTiming = {
  heartbeatMs: 60_000,
  reportMs: 0,
  resendMs: 60_000,
  recheckMs: 30_000,
  progressMs: 2_000,
  rebootMs: 1_000,
  urlWaitMs: 600_000,
};

export type TcuEvent =
  | { kind: 'online' }
  | { kind: 'offline'; reason: string }
  | { kind: 'status'; status: OtaStatus }
  | { kind: 'ignored'; what: string };

export type TcuOptions = Pick<LinkOptions, 'url' | 'credential' | 'topics' | 'mqtt'> & {
  state: TcuState;
  keys: PinnedKeys;
  behaviour: Behaviour;
  timing?: Partial<TcuTiming>;
  protocolVersion?: 4 | 5;
  keepaliveSeconds?: number;
  save?(state: TcuState): void;
  now?(): Date;
  random?(): number;
  /** Replaces one outgoing message by what really goes out: faults of the air. */
  air?(message: Sent): Sent[];
  onEvent?(event: TcuEvent): void;
};

export type Tcu = ReturnType<typeof createTcu>;

/** A TCU: reports its vehicle, keeps what is not committed, verifies offers and carries them out. */
export function createTcu(options: TcuOptions) {
  const { state, topics, behaviour, keys } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const now = options.now ?? (() => new Date());
  const random = options.random ?? Math.random;
  const save = () => options.save?.(state);
  const event = (what: TcuEvent) => options.onEvent?.(what);
  const power = new AbortController();
  const payloads = new Map<string, PartialPayload>();
  const answers = new Set<NodeJS.Timeout>();
  let running: { offer: StoredOffer; cancel: AbortController } | undefined;
  let waitingUpdate: unknown;
  let renewed = Promise.withResolvers<void>();

  const outbound = createOutbound({
    state,
    topics,
    link: () => link,
    save,
    now,
    air: options.air,
    onStatus: (status) => event({ kind: 'status', status }),
  });
  const { reportInFull, tell } = outbound;

  const link = openLink({
    url: options.url,
    credential: options.credential,
    topics,
    mqtt: options.mqtt,
    vin: state.vin,
    model: state.model,
    protocolVersion: options.protocolVersion ?? 4,
    keepaliveSeconds: options.keepaliveSeconds ?? 60,
    random,
    onOnline() {
      event({ kind: 'online' });
      outbound.catchUp();
    },
    onOffline: (reason) => event({ kind: 'offline', reason }),
    onMessage: receive,
  });

  function receive(topic: string, payload: Buffer): void {
    let json: unknown;
    try {
      json = JSON.parse(payload.toString('utf8'));
    } catch {
      event({ kind: 'ignored', what: 'a message that is not JSON' });
      return;
    }
    const parsed = parseTopic(topics, topic);
    if (parsed.kind === 'otaControl') receiveControl(json);
    else if (parsed.kind === 'otaUpdate') receiveUpdate(json);
    else if (parsed.kind === 'announcement') receiveAnnouncement(json);
  }

  function receiveControl(json: unknown): void {
    const parsed = OtaControl.safeParse(json);
    if (!parsed.success) {
      event({ kind: 'ignored', what: 'an OTA_Control that does not parse' });
      return;
    }
    const control = parsed.data;
    if (control.kind === 'ack') {
      outbound.committed(control.sequence);
    } else if (control.kind === 'report') {
      if (control.minSequence !== undefined) outbound.goAbove(control.minSequence);
      reportInFull();
    } else if (running?.offer.campaignId === control.campaignId) {
      renewUrls(running.offer, control.urls);
    }
  }

  function renewUrls(offer: StoredOffer, urls: Record<string, string>): void {
    Object.assign(offer.urls, urls);
    save();
    renewed.resolve();
    renewed = Promise.withResolvers();
  }

  function receiveUpdate(json: unknown): void {
    const decision = decideUpdate(json, state, keys.director, now());
    if (decision.kind === 'malformed' || decision.kind === 'outdated') {
      event({ kind: 'ignored', what: `an OTA_Update that is ${decision.kind}` });
    } else if (decision.kind === 'rejected') {
      const { campaignId, attempt, code } = decision;
      if (campaignId && attempt) tell({ campaignId, attempt }, { phase: 'rejected', code });
    } else if (decision.kind === 'repeated') {
      if (running) renewUrls(running.offer, decision.urls);
      if (state.lastStatus) {
        const { campaignId, attempt, phase, ecuId, progress, code, detail, partialEcus } = state.lastStatus;
        tell({ campaignId, attempt }, { phase, ecuId, progress, code, detail, partialEcus });
      }
    } else if (running?.offer.stage === 'installing') {
      waitingUpdate = json;
      if (decision.verdict.kind === 'nothing') tell(running.offer, { phase: 'installing', code: 'too_late' });
    } else {
      take(decision);
    }
  }

  function take(decision: Extract<UpdateDecision, { kind: 'trusted' }>): void {
    const { campaignId, attempt, verdict } = decision;
    const name = campaignId && attempt ? { campaignId, attempt } : undefined;
    state.directorVersion = decision.version;
    state.timeFloor = decision.timeFloor;
    delete state.lastStatus;
    const replaced = running;
    if (replaced) {
      replaced.cancel.abort(new Error('cancelled'));
      running = undefined;
      delete state.offer;
      const isSame =
        name?.campaignId === replaced.offer.campaignId && name.attempt === replaced.offer.attempt;
      if (!isSame || verdict.kind !== 'offer') tell(replaced.offer, { phase: 'cancelled' });
    }
    save();
    if (!name) return;
    if (verdict.kind === 'nothing') {
      if (!replaced) tell(name, { phase: 'cancelled' });
      return;
    }
    tell(name, { phase: 'received' });
    if (verdict.kind !== 'offer') {
      const { kind, ...why } = verdict;
      tell(name, { phase: kind, ...why });
      if (kind === 'already_installed') reportInFull();
      return;
    }
    const { version, expires, urls } = decision;
    state.offer = {
      version,
      ...name,
      expires,
      urls: { ...urls },
      targets: verdict.targets,
      stage: 'offered',
      staged: [],
    };
    save();
    start(state.offer);
  }

  function start(offer: StoredOffer): void {
    const cancel = new AbortController();
    running = { offer, cancel };
    runOffer({
      offer,
      state,
      behaviour,
      timing,
      payloads,
      cancelled: cancel.signal,
      power: power.signal,
      now,
      save,
      tell: (what) => tell(offer, what),
      askForUrls: () => tell(offer, { phase: 'requested', code: 'urls_expired' }, false),
      urlsRenewed: () => renewed.promise,
    }).then(
      () => finish(offer),
      (error) => {
        if (power.signal.aborted || cancel.signal.aborted) return;
        tell(offer, { phase: 'failed', code: 'internal', detail: String(error) });
        finish(offer);
      },
    );
  }

  function finish(offer: StoredOffer): void {
    if (running?.offer !== offer) return;
    running = undefined;
    delete state.offer;
    payloads.clear();
    if (offer.stage === 'installing') reportInFull();
    save();
    const next = waitingUpdate;
    waitingUpdate = undefined;
    if (next !== undefined) receiveUpdate(next);
  }

  function receiveAnnouncement(json: unknown): void {
    const decision = decideAnnouncement(json, state, keys.announcement, now());
    if (decision.kind === 'silent') {
      event({ kind: 'ignored', what: `an announcement: ${decision.why}` });
      return;
    }
    state.announcementVersion = decision.version;
    state.timeFloor = decision.timeFloor;
    save();
    if (decision.kind === 'not_meant') return;
    const answer = () => {
      answers.delete(timer);
      if (decision.isInstalled) {
        tell(decision, { phase: 'already_installed' }, false);
        return;
      }
      const wish = behaviour.answer(decision);
      if (wish.kind === 'accept') tell(decision, { phase: 'requested' }, false);
      else if (wish.kind === 'decline') tell(decision, { phase: 'declined', code: wish.code }, false);
      else tell(decision, { phase: 'deferred', code: wish.code }, false);
    };
    const timer = setTimeout(answer, random() * decision.spreadSeconds * 1_000);
    answers.add(timer);
  }

  reportInFull();
  if (state.offer) start(state.offer);
  const timers = [
    setInterval(outbound.heartbeat, timing.heartbeatMs * (0.9 + random() * 0.2)),
    setInterval(() => outbound.resendOlderThan(timing.resendMs), timing.resendMs / 2),
    ...(timing.reportMs > 0 ? [setInterval(reportInFull, timing.reportMs * (0.9 + random() * 0.2))] : []),
  ];
  const halt = (reason: string) => {
    for (const timer of [...timers, ...answers]) clearTimeout(timer);
    power.abort(new Error(reason));
  };

  return {
    state,
    get isOnline() {
      return link.isOnline;
    },
    get isBusy() {
      return running !== undefined;
    },
    /** Reports in full now, as after a workshop visit. */
    report: reportInFull,
    loseConnectionFor: (ms: number) => link.loseFor(ms),
    /** Power fails: only `state`, as last saved, survives. */
    cutPower(): void {
      halt('no power');
      link.cut();
    },
    async stop(): Promise<void> {
      halt('stopped');
      await link.close();
    },
  };
}
