import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';
import { type Heartbeat, readHeartbeats } from '#lib/db/heartbeat.ts';

export type PartState = 'up' | 'down' | 'external';
export type PartHealth = {
  part: string;
  state: PartState;
  /** One sentence for the operator. */
  message: string;
  latencyMs?: number;
  instances?: { instance: string; ageMs: number; startedAt: string; details: Record<string, unknown> }[];
};
export type Health = { healthy: boolean; at: string; parts: PartHealth[] };

/** A process says "alive" every 2 s; after this long without it, it counts as gone. */
const STALE_MS = 10_000;

/** State of every part, each asked directly or judged by its heartbeat. */
export async function checkHealth(config: Config, db: Database, now = new Date()): Promise<Health> {
  const [database, answering] = await Promise.all([checkDatabase(db), checkPayload(config)]);
  const heartbeats = database.state === 'up' ? await readHeartbeats(db.pool) : [];
  const processes = database.state === 'up' ? checkProcesses(config, heartbeats) : [];
  const payload = answering.state === 'up' ? answering : payloadElsewhere(heartbeats, answering);
  const parts: PartHealth[] = [
    { part: 'web', state: 'up', message: 'Answers.' },
    database,
    ...processes,
    payload,
  ];
  const healthy = parts.every((part) => part.state !== 'down') && database.state === 'up';
  return { healthy, at: now.toISOString(), parts };
}

async function checkDatabase(db: Database): Promise<PartHealth> {
  const begun = performance.now();
  try {
    await db.pool.query('SELECT 1');
    return {
      part: 'database',
      state: 'up',
      message: 'Answers.',
      latencyMs: rounded(performance.now() - begun),
    };
  } catch (error) {
    return { part: 'database', state: 'down', message: `Postgres does not answer: ${messageOf(error)}` };
  }
}

function checkProcesses(config: Config, heartbeats: readonly Heartbeat[]): PartHealth[] {
  return ['worker', 'broker'].map((part) => {
    const instances = heartbeats
      .filter((beat) => beat.name === part && beat.ageMs < STALE_MS)
      .map(({ instance, ageMs, startedAt, details }) => ({
        instance,
        ageMs: rounded(ageMs),
        startedAt: startedAt.toISOString(),
        details,
      }));
    if (instances.length > 0) {
      const count = instances.length === 1 ? '1 instance' : `${instances.length} instances`;
      return { part, state: 'up', message: `${count} alive.`, instances };
    }
    if (part === 'broker' && !config.mqtt.embedded) {
      return { part, state: 'external', message: 'An external broker; the worker watches its connection.' };
    }
    return { part, state: 'down', message: `No ${part} has said "alive" for ${STALE_MS / 1000} s.` };
  });
}

/** A payload server on another machine cannot be asked here; its sign of life tells. */
function payloadElsewhere(heartbeats: readonly Heartbeat[], otherwise: PartHealth): PartHealth {
  const isAlive = heartbeats.some(({ name, ageMs }) => name === 'payload' && ageMs < STALE_MS);
  if (!isAlive) return otherwise;
  return { part: 'payload', state: 'up', message: 'Alive on another machine.' };
}

async function checkPayload(config: Config): Promise<PartHealth> {
  const begun = performance.now();
  try {
    const answer = await fetch(`http://127.0.0.1:${config.payload.port}/healthz`, {
      signal: AbortSignal.timeout(2_000),
    });
    const latencyMs = rounded(performance.now() - begun);
    if (answer.ok) return { part: 'payload', state: 'up', message: 'Answers.', latencyMs };
    return { part: 'payload', state: 'down', message: `Answers with ${answer.status}.`, latencyMs };
  } catch (error) {
    return {
      part: 'payload',
      state: 'down',
      message: `The payload server does not answer: ${messageOf(error)}`,
    };
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function messageOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return error.cause.message || error.message;
  return error instanceof Error ? error.message : String(error);
}
