import { createLoader, parseAsString } from 'nuqs/server';

/** All that the audit page keeps in its URL; days are calendar days in UTC. */
export const auditParsers = {
  actor: parseAsString,
  action: parseAsString,
  subject: parseAsString,
  id: parseAsString,
  from: parseAsString,
  until: parseAsString,
};

export const loadAuditUrl = createLoader(auditParsers);
export type AuditUrl = Awaited<ReturnType<typeof loadAuditUrl>>;

export const WHOLE_LOG: AuditUrl = {
  actor: null,
  action: null,
  subject: null,
  id: null,
  from: null,
  until: null,
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the services are asked for; a day that cannot be read is left out. */
export function auditQueryOf(url: AuditUrl) {
  const from = dayOf(url.from);
  const until = dayOf(url.until);
  return {
    ...(url.actor ? { actorId: url.actor } : {}),
    ...(url.action ? { action: url.action } : {}),
    ...(url.subject ? { subjectType: url.subject } : {}),
    ...(url.id ? { subjectId: url.id } : {}),
    ...(from ? { from: from.toISOString() } : {}),
    // The last day is meant to its end.
    ...(until ? { until: new Date(until.getTime() + 86_400_000).toISOString() } : {}),
  };
}

function dayOf(text: string | null): Date | undefined {
  if (text === null || !DAY.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}

/** Query string of what is shown, for the API and CSV. */
export function auditQueryString(url: AuditUrl): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(url)) if (value) query.set(name, value);
  return query.toString();
}
