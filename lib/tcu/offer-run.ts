import type { OtaPhase } from '#lib/protocol/ota-status.ts';
import { unescapeVersion } from '#lib/protocol/version-text.ts';
import { type Behaviour, unmetPrecondition } from './behaviour.ts';
import { isExpired } from './decide-update.ts';
import { download, hashOnlyPayload, type PartialPayload, pause } from './download.ts';
import type { StoredOffer, TcuState } from './state.ts';

export type OfferEvent = {
  phase: OtaPhase;
  ecuId?: string;
  progress?: number;
  code?: string;
  detail?: string;
  partialEcus?: string[];
};

export type RunTiming = {
  /** Between two looks at preconditions that do not hold. */
  recheckMs: number;
  /** Least time between two progress messages. */
  progressMs: number;
  rebootMs: number;
  /** How long to wait for fresh URLs. */
  urlWaitMs: number;
};

export type OfferRun = {
  offer: StoredOffer;
  state: TcuState;
  behaviour: Behaviour;
  timing: RunTiming;
  payloads: Map<string, PartialPayload>;
  /** Aborted by a cancellation; without effect once installation has begun. */
  cancelled: AbortSignal;
  /** Aborted when power fails. */
  power: AbortSignal;
  now(): Date;
  tell(event: OfferEvent): void;
  save(): void;
  askForUrls(): void;
  /** Resolves when fresh URLs have come. */
  urlsRenewed(): Promise<void>;
};

/** Carries an offer through to its end; rejects with the signal's reason when cancelled or without power. */
export async function runOffer(run: OfferRun): Promise<void> {
  const { offer } = run;
  const signal = AbortSignal.any([run.cancelled, run.power]);
  if (offer.stage === 'offered') {
    const isAccepted = await negotiate(run, signal);
    if (!isAccepted) return;
    offer.stage = 'accepted';
    run.save();
    run.tell({ phase: 'accepted' });
  }
  if (offer.stage === 'accepted') {
    const isComplete = await downloadAll(run, signal);
    if (!isComplete) return;
    run.tell({ phase: 'verified' });
    await untilAllowed(run, signal);
    offer.stage = 'installing';
    run.save();
  }
  await install(run);
}

async function negotiate(run: OfferRun, signal: AbortSignal): Promise<boolean> {
  const { offer, behaviour, timing } = run;
  let lastCode = '';
  for (;;) {
    if (isExpired(offer.expires, run.state.timeFloor, run.now())) {
      run.tell({ phase: 'rejected', code: 'expired' });
      return false;
    }
    const unmet = unmetOf(run);
    if (unmet === undefined) {
      const answer = behaviour.answer(offer);
      if (answer.kind === 'accept') return true;
      if (answer.kind === 'decline') {
        run.tell({ phase: 'declined', code: answer.code });
        return false;
      }
      run.tell({ phase: 'deferred', code: answer.code, detail: `for ${answer.minutes} minutes` });
      await pause(answer.minutes * 60_000, signal);
    } else {
      if (unmet !== lastCode) run.tell({ phase: 'deferred', code: unmet });
      lastCode = unmet;
      await pause(timing.recheckMs, signal);
    }
  }
}

async function untilAllowed(run: OfferRun, signal: AbortSignal): Promise<void> {
  while (unmetOf(run) !== undefined) await pause(run.timing.recheckMs, signal);
}

function unmetOf({ offer, behaviour }: OfferRun): string | undefined {
  const environment = behaviour.environment();
  for (const target of offer.targets) {
    const unmet = unmetPrecondition(target.preconditions, environment);
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}

async function downloadAll(run: OfferRun, signal: AbortSignal): Promise<boolean> {
  const { offer, timing } = run;
  for (const { sha256, length, ecuId } of offer.targets) {
    const partial = run.payloads.get(sha256) ?? hashOnlyPayload();
    run.payloads.set(sha256, partial);
    let toldAt = 0;
    const result = await download({
      length,
      sha256,
      partial,
      signal,
      url: () => urlOf(run, sha256, signal),
      onUrlExpired: () => {
        delete offer.urls[sha256];
      },
      onProgress: (percent) => {
        const now = run.now().getTime();
        if (now - toldAt < timing.progressMs) return;
        toldAt = now;
        run.tell({ phase: 'downloading', ecuId, progress: Math.floor(percent) });
      },
      pauseMs: (tries) => Math.min(200 * 2 ** tries, 60_000),
    });
    if (result.kind === 'failed') {
      run.tell({ phase: 'failed', code: result.code, ecuId, detail: result.detail });
      return false;
    }
  }
  return true;
}

/** The URL as offered, or else a fresh one: asked for by status, answered by control or by the offer again. */
async function urlOf(run: OfferRun, sha256: string, signal: AbortSignal): Promise<string | undefined> {
  const deadline = run.now().getTime() + run.timing.urlWaitMs;
  while (run.offer.urls[sha256] === undefined && run.now().getTime() < deadline) {
    run.askForUrls();
    await Promise.race([run.urlsRenewed(), pause(run.timing.urlWaitMs / 10, signal)]);
  }
  return run.offer.urls[sha256];
}

async function install(run: OfferRun): Promise<void> {
  const { offer, behaviour, power, state } = run;
  for (const target of offer.targets) {
    if (offer.staged.includes(target.ecuId)) continue;
    run.tell({ phase: 'installing', ecuId: target.ecuId, progress: share(offer) });
    const result = await behaviour.write(target, power);
    power.throwIfAborted();
    if (!result.ok) {
      const damaged = result.damaged ? [target.ecuId] : [];
      await rollBack(run, [...offer.staged, ...damaged], { code: result.code, ecuId: target.ecuId });
      return;
    }
    offer.staged.push(target.ecuId);
    run.save();
  }
  run.tell({ phase: 'rebooting' });
  await pause(run.timing.rebootMs, power);
  const result = await behaviour.activate(offer.targets, power);
  power.throwIfAborted();
  if (!result.ok) {
    await rollBack(run, offer.staged, { code: result.code });
    return;
  }
  for (const { ecuId, version } of offer.targets) setVersion(state, ecuId, version);
  run.tell({ phase: 'installed' });
}

/** All or nothing: what was written goes back; an ECU that cannot go back is named and set to fault. */
async function rollBack(
  run: OfferRun,
  ecuIds: string[],
  cause: { code: string; ecuId?: string },
): Promise<void> {
  if (ecuIds.length === 0) {
    run.tell({ phase: 'failed', ...cause });
    return;
  }
  const lost: string[] = [];
  for (const ecuId of ecuIds.toReversed()) {
    if (await run.behaviour.rollBack(ecuId)) continue;
    lost.push(ecuId);
    const ecu = run.state.ecus.find((candidate) => candidate.ecuId === ecuId);
    if (ecu) ecu.status = 'fault';
  }
  if (lost.length === 0) run.tell({ phase: 'rolled_back', ...cause });
  else run.tell({ phase: 'failed', ...cause, code: 'rollback_failed', partialEcus: lost });
}

function share({ staged, targets }: StoredOffer): number {
  return Math.floor((staged.length / targets.length) * 100);
}

function setVersion(state: TcuState, ecuId: string, version: string): void {
  const ecu = state.ecus.find((candidate) => candidate.ecuId === ecuId);
  if (!ecu) return;
  ecu.softwareVersion = unescapeVersion(version);
  if (ecu.type === 'TCU') state.tcu.softwareVersion = ecu.softwareVersion;
}
