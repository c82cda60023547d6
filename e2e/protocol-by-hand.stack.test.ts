import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Loop, startLoop } from './fixtures/loop.ts';
import { requireProgram } from './fixtures/tools.ts';

// Nothing of lib/protocol or lib/tcu here: the vehicle is what docs/protocol.md says and two Mosquitto programs.
const run = promisify(execFile);
const waiting = { timeout: 30_000, interval: 100 };
const bench = 'WVWZZZ1JZXW000001';
const workshop = 'WVWZZZ1JZXW000002';
const parked = 'WVWZZZ1JZXW000003';

type Json = { [name: string]: unknown };
type Offer = {
  signed: {
    vin: string;
    campaignId: string;
    attempt: number;
    version: number;
    targets: Record<string, Target>;
  };
  signatures: { keyid: string; sig: string }[];
  urls: Record<string, string>;
};
type Target = { length: number; hashes: { sha256: string }; custom: { ecuId: string; version: string } };
type Hand = {
  received: { topic: string; message: Json }[];
  say(topic: string, message: Json, ...more: string[]): Promise<void>;
  offers(): Offer[];
  committed(): number;
};

describe.each(['mosquitto', 'embedded'] as const)('a vehicle played by hand on %s', (broker) => {
  let loop: Loop;
  let programs: { pub: string; sub: string };
  const listening: ChildProcess[] = [];

  beforeAll(async () => {
    programs = {
      pub: await requireProgram('mosquitto_pub', 'mosquitto-clients'),
      sub: await requireProgram('mosquitto_sub', 'mosquitto-clients'),
    };
    loop = await startLoop({ broker, vehicles: { [bench]: {}, [workshop]: {}, [parked]: {} } });
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.log(loop.stack.output());
  });
  afterAll(async () => {
    for (const child of listening) child.kill();
    await loop?.stop();
  });

  /** The section "A vehicle played by hand" of the document, with these two programs. */
  function play(vin: string): Hand {
    // Where the user name takes the place of the client id, a second client would push the first one out.
    const port = String(loop.mosquitto?.port ?? loop.stack.config.mqtt.port);
    const { credential } = loop.vehicle(vin);
    const login = ['-h', '127.0.0.1', '-p', port, '-V', 'mqttv311', '-u', vin, '-P', credential];
    const presence = (state: string) => JSON.stringify({ v: 1, state, connectionId: 'by-hand-1' });
    const will = ['--will-topic', `TCU_Presence/${vin}`, '--will-qos', '1', '--will-retain'];
    const topics = [`OTA_Update/${vin}`, `OTA_Control/${vin}`].flatMap((topic) => ['-t', topic]);
    const child = spawn(programs.sub, [
      ...login,
      ...['-i', vin, '-c', '-q', '2', '-F', '%t %p', ...topics],
      ...[...will, '--will-payload', presence('offline')],
    ]);
    listening.push(child);
    const received: Hand['received'] = [];
    createInterface(child.stdout).on('line', (line) => {
      const space = line.indexOf(' ');
      received.push({ topic: line.slice(0, space), message: JSON.parse(line.slice(space + 1)) });
    });
    return {
      received,
      async say(topic, message, ...more) {
        const text = JSON.stringify(message);
        await run(programs.pub, [
          ...login,
          '-i',
          `${vin}-bench`,
          '-q',
          '1',
          '-t',
          topic,
          '-m',
          text,
          ...more,
        ]);
      },
      offers: () =>
        received.flatMap(({ topic, message }) => (topic === `OTA_Update/${vin}` ? [message as Offer] : [])),
      committed: () => Math.max(0, ...received.map(({ message }) => Number(message.sequence ?? 0))),
    };
  }

  const report = (vin: string, sequence: number, softwareVersion: string) => ({
    v: 1,
    vin,
    sequence,
    tcu: { serial: `BENCH-${vin.slice(-1)}`, softwareVersion: '1.0' },
    ecus: [{ ecuId: 'IVI', type: 'IVI', hardwareVersion: 'H1', softwareVersion, status: 'ok' }],
  });
  const online = (vin: string, hand: Hand) =>
    hand.say(`TCU_Presence/${vin}`, { v: 1, state: 'online', connectionId: 'by-hand-1' }, '-r');

  test('reports, verifies the offer, downloads, installs and proves it', async () => {
    const hand = play(bench);
    await hand.say(`ECU_Details/${bench}`, report(bench, 1, '2.10.0'));
    await vi.waitFor(() => expect(hand.committed()).toBe(1), waiting);
    await online(bench, hand);

    const releaseId = await loop.release('IVI', '2.11.0');
    const target = { kind: 'text', field: 'vin', operator: '=', values: [bench] } as const;
    const campaignId = await loop.start({ name: 'By hand', releaseIds: [releaseId], target, qos: 2 });
    await vi.waitFor(() => expect(hand.offers()).toHaveLength(1), waiting);
    const [offer] = hand.offers();
    if (!offer) throw new Error('no offer');
    expect(await isSignedByDirector(offer)).toBe(true);
    expect(offer.signed).toMatchObject({ vin: bench, campaignId, attempt: 1 });
    const [wanted] = Object.values(offer.signed.targets);
    if (!wanted) throw new Error('no target');
    expect(wanted.custom).toMatchObject({ ecuId: 'IVI', version: '2.11.0' });

    const about = { v: 1, campaignId, attempt: 1 };
    const tell = (sequence: number, phase: string) =>
      hand.say(`OTA_Status/${bench}`, { ...about, sequence, phase });
    await tell(2, 'received');
    await tell(3, 'accepted');
    const url = offer.urls[wanted.hashes.sha256] ?? '';
    const first = await fetch(url, { headers: { range: 'bytes=0-99' } });
    expect(first.status).toBe(206);
    const rest = await fetch(url, { headers: { range: 'bytes=100-' } });
    const payload = Buffer.concat([
      Buffer.from(await first.arrayBuffer()),
      Buffer.from(await rest.arrayBuffer()),
    ]);
    expect(payload.length).toBe(wanted.length);
    expect(createHash('sha256').update(payload).digest('hex')).toBe(wanted.hashes.sha256);
    await tell(4, 'installed');
    await vi.waitFor(() => expect(hand.committed()).toBe(4), waiting);
    expect(await loop.states(campaignId)).toEqual({ [bench]: 'installed' });

    await hand.say(`ECU_Details/${bench}`, report(bench, 5, '2.11.0'));
    await vi.waitFor(
      async () => expect(await loop.states(campaignId)).toEqual({ [bench]: 'confirmed' }),
      waiting,
    );
    const notified = (await loop.timeline(bench, campaignId)).map(({ kind, phase }) => phase ?? kind);
    expect(new Set(notified)).toEqual(
      new Set([
        'notified',
        ...(broker === 'embedded' ? ['delivered'] : []),
        'received',
        'accepted',
        'installed',
        'inventory',
      ]),
    );
  });

  test('a heartbeat says that nothing has changed; one that is not known is asked about', async () => {
    const hand = play(parked);
    await hand.say(`ECU_Details/${parked}`, report(parked, 1, '2.10.0'));
    const fingerprint = fingerprintByHand(report(parked, 1, '2.10.0'));
    await hand.say(`ECU_Details/${parked}`, { v: 1, sequence: 2, fingerprint });
    await vi.waitFor(async () => expect(await sequenceOf(parked)).toBe(2), waiting);
    await hand.say(`ECU_Details/${parked}`, { v: 1, sequence: 3, fingerprint: 'A'.repeat(22) });
    const asked = () => hand.received.filter(({ message }) => message.kind === 'report');
    await vi.waitFor(() => expect(asked()).toHaveLength(1), waiting);
    expect(await sequenceOf(parked)).toBe(3);
  });

  test('that a workshop has updated: its word is provisional, its report is the proof', async () => {
    const hand = play(workshop);
    await hand.say(`ECU_Details/${workshop}`, report(workshop, 1, '2.10.0'));
    await online(workshop, hand);
    await vi.waitFor(() => expect(hand.committed()).toBe(1), waiting);
    const releaseId = await loop.release('IVI', '2.12.0');
    const target = { kind: 'text', field: 'vin', operator: '=', values: [workshop] } as const;
    const campaignId = await loop.start({ name: 'After the workshop', releaseIds: [releaseId], target });
    await vi.waitFor(() => expect(hand.offers()).toHaveLength(1), waiting);

    const status = { v: 1, campaignId, attempt: 1, sequence: 2, phase: 'already_installed' };
    await hand.say(`OTA_Status/${workshop}`, status);
    const assignment = () =>
      loop.database.prisma.assignment.findUniqueOrThrow({
        where: { campaignId_vin: { campaignId, vin: workshop } },
      });
    await vi.waitFor(
      async () => expect(await assignment()).toMatchObject({ state: 'already_installed', provisional: true }),
      waiting,
    );
    await hand.say(`ECU_Details/${workshop}`, report(workshop, 3, '2.12.0'));
    await vi.waitFor(
      async () =>
        expect(await assignment()).toMatchObject({ state: 'already_installed', provisional: false }),
      waiting,
    );
  });

  async function sequenceOf(vin: string): Promise<number> {
    const state = await loop.database.prisma.vehicleState.findUniqueOrThrow({ where: { vin } });
    return Number(state.sequence);
  }

  async function isSignedByDirector({ signed, signatures }: Offer): Promise<boolean> {
    const bundle = JSON.parse(await readFile(join(loop.stack.dataDir, 'vehicle-keys.json'), 'utf8'));
    return signatures.some(({ keyid, sig }) => {
      const pinned = bundle.director.find((key: Json) => key.keyid === keyid);
      if (!pinned) return false;
      const x = Buffer.from(pinned.public, 'hex').toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      return verify(null, Buffer.from(canonical(signed, escapeOfTuf)), key, Buffer.from(sig, 'hex'));
    });
  }
});

/** Members sorted, no white space; texts as the given rule writes them. */
function canonical(value: unknown, text: (text: string) => string): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, text)).join(',')}]`;
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${text(name)}:${canonical(member, text)}`).join(',')}}`;
}

function escapeOfTuf(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function fingerprintByHand({ tcu, ecus }: { tcu: Json; ecus: Json[] }): string {
  const bytes = canonical({ tcu, ecus }, JSON.stringify);
  return createHash('sha256').update(bytes).digest().subarray(0, 16).toString('base64url');
}
