import { createLoader, parseAsString, parseAsStringLiteral } from 'nuqs/server';

export const DELIVERY_STATES = ['queued', 'delivered', 'failed'] as const;

/** All that the page of alerts keeps in its URL. */
export const alertsParsers = {
  channel: parseAsString,
  state: parseAsStringLiteral(DELIVERY_STATES),
};

export const loadAlertsUrl = createLoader(alertsParsers);
export type AlertsUrl = Awaited<ReturnType<typeof loadAlertsUrl>>;

/** What the services are asked for. */
export function alertsQueryOf({ channel, state }: AlertsUrl) {
  return { ...(channel ? { channelId: channel } : {}), ...(state ? { state } : {}) };
}

/** Query string of what is listed, for the API and CSV. */
export function alertsQueryString({ channel, state }: AlertsUrl): string {
  return new URLSearchParams({ ...(channel ? { channel } : {}), ...(state ? { state } : {}) }).toString();
}
