import { verifyPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { ConflictError, NotFoundError } from '#lib/errors.ts';
import { changeSettings } from './change-settings.ts';
import { checkAuditChain } from './check-audit-chain.ts';
import { systemContext } from './context.ts';
import { createAlertChannel } from './create-alert-channel.ts';
import { createOperator } from './create-operator.ts';
import { deleteView } from './delete-view.ts';
import { disableOperator } from './disable-operator.ts';
import { editAlertChannel } from './edit-alert-channel.ts';
import { enableOperator } from './enable-operator.ts';
import { ensureFirstAdmin } from './ensure-first-admin.ts';
import { exportAuditCsv } from './export-audit-csv.ts';
import { getSettings } from './get-settings.ts';
import { listAlertChannels } from './list-alert-channels.ts';
import { listAudit } from './list-audit.ts';
import { listOperators } from './list-operators.ts';
import { listViews } from './list-views.ts';
import { saveView } from './save-view.ts';
import { setOperatorPassword } from './set-operator-password.ts';
import { setOperatorRole } from './set-operator-role.ts';
import { personContext } from './testing.ts';

let db: TestDatabase;
const admin = () => personContext(db, 'admin');
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('operators', () => {
  it('begin with one admin, however many processes start', async () => {
    const first = { email: 'Admin@Roadcast.local', password: 'first start' };
    const starts = [1, 2, 3].map(() => ensureFirstAdmin(systemContext(db, 'set-up'), first));
    const created = (await Promise.all(starts)).filter((start) => start.created);
    expect(created).toHaveLength(1);
    expect(await listOperators(admin(), {})).toMatchObject([
      { email: 'admin@roadcast.local', role: 'admin' },
    ]);
  });

  it('sign in with what was set, and the last admin stays', async () => {
    const [boss] = await listOperators(admin(), {});
    const bossId = boss?.id ?? '';
    const { id } = await createOperator(admin(), {
      email: 'eve@roadcast.local',
      name: 'Eve',
      role: 'operator',
      password: 'ten letters',
    });
    const passwordOf = async () =>
      (await db.prisma.account.findFirst({ where: { userId: id } }))?.password ?? '';
    expect(await verifyPassword({ hash: await passwordOf(), password: 'ten letters' })).toBe(true);
    await setOperatorPassword(admin(), { id, password: 'other letters' });
    expect(await verifyPassword({ hash: await passwordOf(), password: 'ten letters' })).toBe(false);

    await expect(setOperatorRole(admin(), { id: bossId, role: 'viewer' })).rejects.toThrow(/last admin/);
    await expect(disableOperator(admin(), { id: bossId })).rejects.toThrow(/last admin/);
    await setOperatorRole(admin(), { id, role: 'admin' });
    await disableOperator(admin(), { id: bossId });
    await expect(setOperatorRole(admin(), { id, role: 'viewer' })).rejects.toThrow(/last admin/);
    await enableOperator(admin(), { id: bossId });
    await setOperatorRole(admin(), { id, role: 'viewer' });
    const twin = { email: 'EVE@roadcast.local', name: 'E', role: 'viewer' as const, password: 'ten letters' };
    await expect(createOperator(admin(), twin)).rejects.toBeInstanceOf(ConflictError);
  });

  it('lose their sessions when they are disabled', async () => {
    const { id } = await createOperator(admin(), {
      email: 'mallory@roadcast.local',
      name: 'Mallory',
      role: 'operator',
      password: 'ten letters',
    });
    await db.prisma.session.create({
      data: { id: 's1', token: 't1', userId: id, expiresAt: new Date(9e12) },
    });
    await disableOperator(admin(), { id, reason: 'left' });
    expect(await db.prisma.session.count({ where: { userId: id } })).toBe(0);
    const listed = await listOperators(admin(), {});
    expect(listed.find((operator) => operator.id === id)).toMatchObject({
      disabled: true,
      disabledReason: 'left',
    });
  });
});

describe('settings, views and alert channels', () => {
  it('change one by one', async () => {
    expect(await getSettings(admin(), {})).toMatchObject({ autoRegistration: false, stallMinutes: 60 });
    await changeSettings(admin(), { autoRegistration: true });
    const all = await changeSettings(admin(), { stallMinutes: 5 });
    expect(all).toMatchObject({ autoRegistration: true, stallMinutes: 5, quarantineRetentionDays: 90 });
  });

  it('are shared or not', async () => {
    const viewer = personContext(db, 'viewer');
    const own = await saveView(viewer, { page: 'fleet', name: 'Mine', query: 'q=1' });
    const shared = await saveView(admin(), { page: 'fleet', name: 'All', query: 'q=2', shared: true });
    await saveView(admin(), { page: 'fleet', name: 'Secret', query: 'q=3' });
    await saveView(viewer, { page: 'fleet', name: 'Mine', query: 'q=4' });
    const seen = await listViews(viewer, { page: 'fleet' });
    expect(seen.map(({ name, query, own: isOwn }) => [name, query, isOwn])).toEqual([
      ['All', 'q=2', false],
      ['Mine', 'q=4', true],
    ]);
    await expect(deleteView(viewer, shared)).rejects.toBeInstanceOf(NotFoundError);
    await deleteView(viewer, own);
    expect(await listViews(viewer, { page: 'fleet' })).toHaveLength(1);
  });

  it('never show a secret again', async () => {
    const token = 'T0KEN-IN-THE-PATH';
    const fields = {
      kind: 'webhook' as const,
      name: 'Pager',
      target: `https://example.com/hook/${token}`,
      events: ['campaign_auto_paused' as const],
    };
    const secret = 'a secret of the webhook';
    const { id } = await createAlertChannel(admin(), { ...fields, secret });
    await editAlertChannel(admin(), { id, channel: { ...fields, name: 'Pager 2' } });
    const shown = await listAlertChannels(admin(), {});
    expect(shown).toMatchObject([{ name: 'Pager 2', signed: true }]);
    const texts = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v));
    const audit = texts(await db.prisma.auditEntry.findMany());
    expect(texts(shown) + audit).not.toContain(secret);
    // Everybody may read the audit log, and the address of a webhook is often its key.
    expect(audit).not.toContain(token);
    expect(audit).toContain('https://example.com/…');
    expect(await db.prisma.alertChannel.findUnique({ where: { id } })).toMatchObject({ secret });
    const bad = { ...fields, target: 'file:///etc/passwd' };
    await expect(createAlertChannel(admin(), bad)).rejects.toThrow(/http or https/);
  });
});

describe('the audit log', () => {
  it('pages without gaps, filters, exports and holds', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listAudit(admin(), { limit: 3, cursor });
      seen.push(...page.rows.map(({ sequence }) => sequence));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const { intact, entries } = await checkAuditChain(admin(), {});
    expect([intact, seen.length, new Set(seen).size]).toEqual([true, entries, entries]);
    const views = await listAudit(admin(), { action: 'view.' });
    expect(new Set(views.rows.map(({ action }) => action))).toEqual(new Set(['view.save', 'view.delete']));
    let csv = '';
    for await (const piece of await exportAuditCsv(admin(), {})) csv += piece;
    expect(csv.trim().split('\n').length).toBeGreaterThan(entries);
  });

  it('shows where somebody changed it behind its back', async () => {
    await db.pool.query('ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only');
    await db.pool.query(`UPDATE audit_entries SET actor_name = 'Nobody' WHERE sequence = 4`);
    expect(await checkAuditChain(admin(), {})).toMatchObject({ intact: false, brokenAt: '4' });
  });
});
