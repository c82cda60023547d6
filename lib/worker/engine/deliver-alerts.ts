import { createHmac } from 'node:crypto';
import { createTransport, type Transporter } from 'nodemailer';
import type pg from 'pg';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { Log } from '#lib/log.ts';

export type AlertConfig = { smtp: { url: string; from: string } | undefined; webUrl: string };

const MAX_ATTEMPTS = 8;
const BATCH = 20;
/** For how long a delivery under way is this worker's. */
const LEASE_MS = 60_000;
const webhookTimeoutMs = 10_000;

type Delivery = {
  id: string;
  kind: 'email' | 'webhook';
  target: string;
  secret: string | null;
  event: string;
  subject: string;
  body: Record<string, unknown>;
  attempts: number;
  created_at: Date;
};

export type AlertDeliverer = {
  /** Delivers what is due; tells how many deliveries were tried. */
  run(now: Date): Promise<number>;
  close(): void;
};

/** Delivers queued alerts by SMTP and webhook, each tried up to eight times with growing waits. */
export function createAlertDeliverer(pool: pg.Pool, config: AlertConfig, log: Log): AlertDeliverer {
  let mail: Transporter | undefined;
  const mailer = () => {
    mail ??= config.smtp ? createTransport(config.smtp.url) : undefined;
    return mail;
  };

  const deliver = async (delivery: Delivery): Promise<void> => {
    if (delivery.kind === 'webhook') return callWebhook(delivery);
    const transport = mailer();
    if (!transport || !config.smtp) throw new Error('SMTP_URL is not set, so no e-mail can be sent');
    await transport.sendMail({
      from: config.smtp.from,
      to: delivery.target,
      subject: `[Roadcast] ${delivery.subject}`,
      text: `${String(delivery.body.text ?? delivery.subject)}\n\n${linkOf(config.webUrl, delivery.body)}\n`,
    });
  };

  return {
    async run(now) {
      const due = await claim(pool, now);
      await Promise.all(
        due.map(async (delivery) => {
          try {
            await deliver(delivery);
            await pool.query(
              `UPDATE alert_deliveries SET state = 'delivered', delivered_at = $2, attempts = attempts + 1,
                      next_at = NULL, error = NULL WHERE id = $1`,
              [delivery.id, now],
            );
          } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            log.warn({ delivery: delivery.id, reason }, 'an alert could not be delivered');
            await recordFailure(pool, delivery, reason.slice(0, 1000), now);
          }
        }),
      );
      return due.length;
    },
    close: () => mail?.close(),
  };
}

async function claim(pool: pg.Pool, now: Date): Promise<Delivery[]> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Delivery>(
      `SELECT d.id, c.kind, c.target, c.secret, d.event, d.subject, d.body, d.attempts, d.created_at
       FROM alert_deliveries d JOIN alert_channels c ON c.id = d.channel_id
       WHERE d.state = 'queued' AND d.next_at <= $1 ORDER BY d.next_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED`,
      [now, BATCH],
    );
    await client.query('UPDATE alert_deliveries SET next_at = $2 WHERE id = ANY($1)', [
      rows.map(({ id }) => id),
      new Date(now.getTime() + LEASE_MS),
    ]);
    return rows;
  });
}

async function recordFailure(pool: pg.Pool, delivery: Delivery, reason: string, now: Date): Promise<void> {
  const attempts = delivery.attempts + 1;
  const gaveUp = attempts >= MAX_ATTEMPTS;
  const waitMs = Math.min(6 * 3_600_000, 10_000 * 3 ** delivery.attempts);
  await pool.query(
    `UPDATE alert_deliveries SET state = $2, attempts = $3, next_at = $4, error = $5 WHERE id = $1`,
    [
      delivery.id,
      gaveUp ? 'failed' : 'queued',
      attempts,
      gaveUp ? null : new Date(now.getTime() + waitMs),
      reason,
    ],
  );
}

/** Posts JSON, signed as `X-Roadcast-Signature: sha256=<HMAC of the body>` where the channel has a secret. */
async function callWebhook(delivery: Delivery): Promise<void> {
  const payload = JSON.stringify({
    id: String(delivery.id),
    event: delivery.event,
    subject: delivery.subject,
    at: delivery.created_at.toISOString(),
    ...delivery.body,
  });
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-roadcast-event': delivery.event,
  };
  if (delivery.secret !== null) {
    headers['x-roadcast-signature'] =
      `sha256=${createHmac('sha256', delivery.secret).update(payload).digest('hex')}`;
  }
  const response = await fetch(delivery.target, {
    method: 'POST',
    headers,
    body: payload,
    redirect: 'manual',
    signal: AbortSignal.timeout(webhookTimeoutMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
}

function linkOf(webUrl: string, body: Record<string, unknown>): string {
  if (typeof body.campaignId === 'string') return `${webUrl}/campaigns/${body.campaignId}`;
  if (typeof body.vin === 'string') return `${webUrl}/fleet/${body.vin}`;
  return webUrl;
}
