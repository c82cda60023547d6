import type { Database } from '#lib/db/client.ts';
import type { Role } from '#lib/domain/permissions.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';

/** Who acts: a signed-in person with a role, or a part of the system in its own name. */
export type Actor = { kind: 'user'; id: string; name: string; role: Role } | { kind: 'system'; name: string };

/** What every service is given. */
export type ServiceContext = {
  db: Database;
  actor: Actor;
  now: () => Date;
  /** Topic names of this installation; absent means those of the contract. */
  topics?: TopicNames;
  /** Secret of this installation under which what is fetched once waits; only the web process has it. */
  sealingSecret?: string;
};

/** A context in which a part of the system acts in its own name, e.g. `worker`. */
export function systemContext(
  db: Database,
  name: string,
  now: () => Date = () => new Date(),
): ServiceContext {
  return { db, actor: { kind: 'system', name }, now };
}
