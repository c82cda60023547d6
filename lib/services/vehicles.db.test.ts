import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { ConflictError, NotFoundError, ValidationError } from '#lib/errors.ts';
import { isCredential } from '#lib/keys/vehicle-credential.ts';
import { findBrokenAuditEntry } from './audit.ts';
import { clearBlock } from './clear-block.ts';
import { confirmTcu } from './confirm-tcu.ts';
import { editVehicle } from './edit-vehicle.ts';
import { eraseVehicle } from './erase-vehicle.ts';
import { getVehicle } from './get-vehicle.ts';
import { listVehicles } from './list-vehicles.ts';
import { registerVehicle } from './register-vehicle.ts';
import { retireVehicle } from './retire-vehicle.ts';
import { rotateCredential } from './rotate-credential.ts';
import { personContext } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const fields = (vin: string) => ({
  vin,
  model: 'Aurora',
  modelYear: 2025,
  region: 'AT',
  timeZone: 'Europe/Vienna',
  tags: ['press', 'press', 'pilot'],
});
const ctx = () => personContext(db);

async function accepts(vin: string, credential: string): Promise<boolean> {
  const stored = await db.prisma.vehicleCredential.findUnique({ where: { vin } });
  return stored !== null && stored.revokedAt === null && isCredential(stored, credential);
}

describe('a vehicle', () => {
  it('is registered with a credential that is stored as hashes only', async () => {
    const vin = 'WVWZZZ1JZXW000001';
    const { credential, created } = await registerVehicle(ctx(), fields(vin));
    expect(created).toBe(true);
    expect(credential).toMatch(/^[\w-]{43}$/);
    expect(await accepts(vin, credential)).toBe(true);
    const { vehicle } = await getVehicle(ctx(), { vin });
    expect(vehicle).toMatchObject({ vin, tags: ['press', 'pilot'], online: false, complete: true });
    const audit = await db.prisma.auditEntry.findFirst({ where: { subjectId: vin } });
    expect(JSON.stringify(audit?.after)).not.toContain(credential);
    await expect(registerVehicle(ctx(), fields(vin))).rejects.toBeInstanceOf(ConflictError);
    expect(await accepts(vin, credential)).toBe(true);
  });

  it.each([
    ['VIN', { vin: 'WVWZZZ1JZXW00000O' }],
    ['time zone', { timeZone: 'Mars/Olympus' }],
    ['model', { model: '' }],
  ])('is refused with a bad %s', async (_, bad) => {
    const given = { ...fields('WVWZZZ1JZXW000009'), ...bad };
    await expect(registerVehicle(ctx(), given)).rejects.toBeInstanceOf(ValidationError);
  });

  it('is edited, field by field', async () => {
    const vin = 'WVWZZZ1JZXW000002';
    await registerVehicle(ctx(), fields(vin));
    await editVehicle(ctx(), { vin, timeZone: 'Asia/Tokyo', skilledPersonOnly: true });
    const { vehicle } = await getVehicle(ctx(), { vin });
    expect(vehicle).toMatchObject({
      timeZone: 'Asia/Tokyo',
      skilledPersonOnly: true,
      model: 'Aurora',
      region: 'AT',
    });
    await expect(editVehicle(ctx(), { vin: 'WVWZZZ1JZXW009999', region: 'DE' })).rejects.toBeInstanceOf(
      NotFoundError,
    );
  });

  it('loses its old credential when it is given a new one', async () => {
    const vin = 'WVWZZZ1JZXW000003';
    const first = await registerVehicle(ctx(), fields(vin));
    const second = await rotateCredential(ctx(), { vin });
    expect(await accepts(vin, first.credential)).toBe(false);
    expect(await accepts(vin, second.credential)).toBe(true);
  });

  it('tells the broker when its credential is revoked, once that is committed', async () => {
    const vin = 'WVWZZZ1JZXW000004';
    const { credential } = await registerVehicle(ctx(), fields(vin));
    const listener = await db.pool.connect();
    await listener.query('LISTEN vehicle_credential');
    const told = new Promise<string | undefined>((resolve) => {
      listener.once('notification', ({ payload }) => resolve(payload));
    });
    await retireVehicle(ctx(), { vin });
    expect(await told).toBe(vin);
    listener.release(true);
    expect(await accepts(vin, credential)).toBe(false);
    await expect(rotateCredential(ctx(), { vin })).rejects.toBeInstanceOf(ConflictError);
    const back = await registerVehicle(ctx(), fields(vin));
    expect(back.created).toBe(false);
    expect(await accepts(vin, back.credential)).toBe(true);
  });

  it('is erased after it was retired, and its VIN stands in no table but the audit log', async () => {
    const vin = 'WVWZZZ1JZXW000005';
    await registerVehicle(ctx(), fields(vin));
    const admin = personContext(db, 'admin');
    await expect(eraseVehicle(admin, { vin })).rejects.toBeInstanceOf(ConflictError);
    await fillTraces(vin);
    await retireVehicle(ctx(), { vin });
    const { pseudonym } = await eraseVehicle(admin, { vin });
    expect(await tablesWith(vin)).toEqual(['audit_entries']);
    const { vehicle, ecus } = await getVehicle(ctx(), { vin: pseudonym });
    expect(vehicle.erasedAt).toBeInstanceOf(Date);
    expect(ecus).toMatchObject([{ ecuId: 'TCU', softwareVersion: '1.0', serial: null }]);
    const listed = await listVehicles(ctx(), { retired: true });
    expect(listed.rows.map((row) => row.vin)).not.toContain(pseudonym);
    await expect(eraseVehicle(admin, { vin })).rejects.toBeInstanceOf(ConflictError);
  });

  it('goes on with a replaced TCU once that is confirmed, and out of a block once that is cleared', async () => {
    const vin = 'WVWZZZ1JZXW000006';
    await registerVehicle(ctx(), fields(vin));
    await expect(confirmTcu(ctx(), { vin })).rejects.toBeInstanceOf(ConflictError);
    await expect(clearBlock(ctx(), { vin, comment: 'flashed' })).rejects.toBeInstanceOf(ConflictError);
    const at = new Date();
    await db.prisma.vehicleState.update({
      where: { vin },
      data: { epoch: 2, tcuReplacedAt: at, tcuSerial: 'N' },
    });
    await db.prisma.tcuEpoch.create({ data: { vin, epoch: 2, serial: 'N', openedAt: at } });
    await db.prisma.vehicle.update({ where: { vin }, data: { blockedAt: at, partialEcus: ['BMS'] } });
    expect(await confirmTcu(ctx(), { vin })).toEqual({ vin, epoch: 2 });
    await clearBlock(ctx(), { vin, comment: 'BMS was flashed in the workshop' });
    const { vehicle, tcus } = await getVehicle(ctx(), { vin });
    expect(vehicle).toMatchObject({ tcuReplacedAt: null, blockedAt: null, partialEcus: [] });
    expect(tcus[0]).toMatchObject({ epoch: 2, confirmedBy: 'The operator' });
  });

  it('leaves an audit chain that holds', async () => {
    expect(await findBrokenAuditEntry(db.prisma)).toBeNull();
  });
});

/** One row in each table that knows a VIN. */
async function fillTraces(vin: string): Promise<void> {
  const { prisma } = db;
  const at = new Date();
  await prisma.ecu.create({
    data: {
      vin,
      ecuId: 'TCU',
      type: 'TCU',
      hardwareVersion: 'A',
      softwareVersion: '1.0',
      serial: vin,
      status: 'ok',
      changedAt: at,
    },
  });
  await prisma.ecuVersion.create({
    data: {
      vin,
      ecuId: 'TCU',
      type: 'TCU',
      hardwareVersion: 'A',
      softwareVersion: '1.0',
      serial: vin,
      epoch: 1,
      sequence: 1n,
      at,
    },
  });
  await prisma.tcuEpoch.create({ data: { vin, epoch: 1, serial: vin, openedAt: at } });
  await prisma.timelineEvent.create({ data: { vin, at, kind: 'report', detail: vin, data: { vin } } });
  await prisma.quarantine.create({
    data: { source: vin, vin, reason: 'schema', detail: vin, firstSeenAt: at, lastSeenAt: at },
  });
  await prisma.directorDocument.create({
    data: { vin, version: 1, envelope: { vin }, issuedAt: at, expiresAt: at },
  });
  const campaign = { id: 'c1', name: 'C', definition: {}, createdBy: 'u', createdByName: 'U' };
  await prisma.campaign.create({ data: campaign });
  await prisma.joinQueue.create({ data: { vin, at } });
  await prisma.alertChannel.create({
    data: {
      id: 'a1',
      name: 'A',
      kind: 'email',
      target: 'a@b.at',
      deliveries: {
        create: { event: 'vehicle_blocked', subject: `${vin} is blocked`, body: { text: `On ${vin}.`, vin } },
      },
    },
  });
  await prisma.assignment.create({ data: { campaignId: 'c1', vin, wave: 0, reasonDetail: vin } });
}

async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_stat_user_tables ORDER BY relname`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const hit = await db.pool.query(`SELECT 1 FROM "${name}" t WHERE t::text LIKE $1 LIMIT 1`, [`%${text}%`]);
    if (hit.rowCount) found.push(name);
  }
  return found;
}
