import { createLoader, parseAsString, parseAsStringLiteral } from 'nuqs/server';

export const QUARANTINE_STATES = ['open', 'replayed', 'dismissed'] as const;

/** All that the quarantine page keeps in its URL; `row` is the one that is opened. */
export const quarantineParsers = {
  state: parseAsStringLiteral(QUARANTINE_STATES).withDefault('open'),
  reason: parseAsString,
  source: parseAsString,
  vin: parseAsString,
  row: parseAsString,
};

export const loadQuarantineUrl = createLoader(quarantineParsers);
export type QuarantineUrl = Awaited<ReturnType<typeof loadQuarantineUrl>>;

/** What the services are asked for. */
export function quarantineQueryOf({ state, reason, source, vin }: QuarantineUrl) {
  return {
    state,
    ...(reason ? { reason } : {}),
    ...(source ? { source } : {}),
    ...(vin ? { vin } : {}),
  };
}

/** Query string of what is listed, for the API. */
export function quarantineQueryString(url: QuarantineUrl): string {
  return new URLSearchParams(quarantineQueryOf(url)).toString();
}
