import type { z } from 'zod';
import { type Action, isPermitted } from '#lib/domain/permissions.ts';
import { ForbiddenError, ValidationError } from '#lib/errors.ts';
import type { Actor, ServiceContext } from './context.ts';

export type ServiceDefinition<Input extends z.ZodType, Output> = {
  /** Entry of the permission table that the actor needs. */
  action: Action;
  input: Input;
  run(ctx: ServiceContext, input: z.output<Input>): Promise<Output>;
};

export type Service<Input extends z.ZodType, Output> = {
  (ctx: ServiceContext, input: z.input<Input>): Promise<Output>;
  readonly action: Action;
  readonly input: Input;
};

/** Throws a `ForbiddenError` unless the actor may carry out the action; the system itself may do all. */
export function authorise(actor: Actor, action: Action): void {
  if (actor.kind === 'system' || isPermitted(actor.role, action)) return;
  throw new ForbiddenError(`The role ${actor.role} may not do this (${action}).`);
}

/** Postgres holds no NUL in a text; refusing it here gives a clear error in place of a database one. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => key.includes('\0') || holdsNul(member));
}

/** Parses a service's input; throws a `ValidationError` that names every field at fault. */
function parseInput<Input extends z.ZodType>(schema: Input, input: unknown): z.output<Input> {
  if (holdsNul(input)) {
    throw new ValidationError('The input holds a NUL character; write it in escaped form, as \\x00.');
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const sentence = issues
    .map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message))
    .join('; ');
  throw new ValidationError(sentence, { issues });
}

/** Makes a service: authorise, parse, run. The schema and the permission stay readable on the function. */
export function defineService<Input extends z.ZodType, Output>(
  definition: ServiceDefinition<Input, Output>,
): Service<Input, Output> {
  const call = async (ctx: ServiceContext, input: z.input<Input>): Promise<Output> => {
    authorise(ctx.actor, definition.action);
    return definition.run(ctx, parseInput(definition.input, input));
  };
  return Object.assign(call, { action: definition.action, input: definition.input });
}
