import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PERMISSIONS, Role } from '#lib/domain/permissions.ts';
import { ForbiddenError } from '#lib/errors.ts';
import type { ServiceContext } from './context.ts';
import type { Service } from './define-service.ts';

type AnyService = Service<Service<never, unknown>['input'], unknown>;

function isService(value: unknown): value is AnyService {
  return typeof value === 'function' && 'action' in value && 'input' in value;
}

/** Every service of this directory, found rather than listed, so that a new one is in the table at once. */
async function findServices(): Promise<[name: string, service: AnyService][]> {
  const files = readdirSync(import.meta.dirname).filter((file) => /^[a-z-]+\.ts$/.test(file));
  const modules: Record<string, unknown>[] = await Promise.all(
    files.map((file) => import(/* @vite-ignore */ join(import.meta.dirname, file))),
  );
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]): [string, AnyService][] =>
      isService(value) ? [[name, value]] : [],
    ),
  );
}

const services = await findServices();
const reached = new Error('past the permission check');

/** A database that nobody may touch before permission and input are checked. */
function contextOf(role: Role): ServiceContext {
  const untouchable = new Proxy(
    {},
    {
      get() {
        throw reached;
      },
    },
  );
  const db = untouchable as ServiceContext['db'];
  return { db, actor: { kind: 'user', id: 'u', name: 'Someone', role }, now: () => new Date(0) };
}

async function attempt(service: AnyService, ctx: ServiceContext): Promise<'forbidden' | 'permitted'> {
  try {
    await service(ctx, {} as never);
  } catch (error) {
    if (error instanceof ForbiddenError) return 'forbidden';
  }
  return 'permitted';
}

describe('permissions', () => {
  it('finds the services', () => {
    expect(services.length).toBeGreaterThan(40);
    expect(new Set(services.map(([name]) => name)).size).toBe(services.length);
  });

  const table = services.flatMap(([name, service]) =>
    Role.options.map((role) => {
      const roles: readonly Role[] = PERMISSIONS[service.action];
      return { name, action: service.action, role, service, expected: roles.includes(role) };
    }),
  );
  it.each(table)('$name ($action) by $role: $expected', async ({ service, role, expected }) => {
    expect(await attempt(service, contextOf(role))).toBe(expected ? 'permitted' : 'forbidden');
  });

  it('lets the system itself do all', async () => {
    for (const [, service] of services) {
      const ctx: ServiceContext = { ...contextOf('viewer'), actor: { kind: 'system', name: 'test' } };
      expect(await attempt(service, ctx)).toBe('permitted');
    }
  });
});
