import { type FleetUrl, loadFleetUrl, readFilter } from '#components/fleet/fleet-url.ts';
import type { FleetQuery } from '#lib/db/queries/fleet.ts';
import { ValidationError } from '#lib/errors.ts';

/** The fleet query that a URL asks for; a filter that does not parse is a ValidationError. */
export function fleetQueryOf(url: FleetUrl): Omit<FleetQuery, 'limit'> {
  const { filter, errors } = readFilter(url.q);
  const [error] = errors;
  if (error) {
    throw new ValidationError(`Line ${error.line}, column ${error.column}: ${error.message}`, { errors });
  }
  return {
    filter,
    retired: url.retired,
    ...(url.attention ? { attention: url.attention } : {}),
    sort: url.sort,
    descending: url.desc,
  };
}

/** The same from a request of the API. */
export function fleetQueryOfRequest(request: Request): Omit<FleetQuery, 'limit'> {
  return fleetQueryOf(loadFleetUrl(new URL(request.url).searchParams));
}
