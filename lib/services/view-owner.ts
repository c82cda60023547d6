import type { Actor } from './context.ts';

/** Whose views an actor sees and changes. */
export function viewOwner(actor: Actor): { id: string; name: string } {
  return actor.kind === 'user'
    ? { id: actor.id, name: actor.name }
    : { id: `system:${actor.name}`, name: actor.name };
}
