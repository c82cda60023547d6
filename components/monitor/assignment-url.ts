import {
  createLoader,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { AssignmentState } from '#lib/domain/states.ts';

/** All that the list of a campaign's vehicles keeps in the page's URL; waves are counted from one there. */
export const assignmentParsers = {
  state: parseAsArrayOf(parseAsStringLiteral(AssignmentState.options)).withDefault([]),
  wave: parseAsInteger,
  reason: parseAsString,
  ecu: parseAsString,
  from: parseAsString,
  acknowledged: parseAsBoolean,
};

export const loadAssignmentUrl = createLoader(assignmentParsers);
export type AssignmentUrl = Awaited<ReturnType<typeof loadAssignmentUrl>>;

export const EVERY_VEHICLE: AssignmentUrl = {
  state: [],
  wave: null,
  reason: null,
  ecu: null,
  from: null,
  acknowledged: null,
};

/** What the services are asked for. */
export function selectionOf(campaignId: string, url: AssignmentUrl) {
  return {
    campaignId,
    states: url.state,
    ...(url.wave === null ? {} : { wave: Math.max(0, url.wave - 1) }),
    ...(url.reason === null ? {} : { reason: url.reason }),
    ...(url.ecu === null ? {} : { failedEcuId: url.ecu }),
    ...(url.from === null ? {} : { fromVersion: url.from }),
    ...(url.acknowledged === null ? {} : { acknowledged: url.acknowledged }),
  };
}

/** Query string of a selection, for links, the API and CSV. */
export function assignmentQuery(url: Partial<AssignmentUrl>): string {
  const query = new URLSearchParams();
  if (url.state && url.state.length > 0) query.set('state', url.state.join(','));
  if (url.wave) query.set('wave', String(url.wave));
  for (const name of ['reason', 'ecu', 'from', 'acknowledged'] as const) {
    const value = url[name];
    if (value !== null && value !== undefined) query.set(name, String(value));
  }
  return query.toString();
}

/** The list of a campaign's vehicles, narrowed. */
export function assignmentsHref(campaignId: string, url: Partial<AssignmentUrl>): string {
  return `/campaigns/${campaignId}?${assignmentQuery(url)}#vehicles`;
}
