import type { Database } from '#lib/db/client.ts';
import type { Role } from '#lib/domain/permissions.ts';
import type { ServiceContext } from './context.ts';

/** For tests: a signed-in person, at a fixed instant unless a clock is given. */
export function personContext(
  db: Database,
  role: Role = 'operator',
  now: () => Date = () => new Date('2026-11-23T12:00:00Z'),
): ServiceContext {
  return { db, actor: { kind: 'user', id: `${role}-1`, name: `The ${role}`, role }, now };
}
