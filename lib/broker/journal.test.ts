import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Journal, newPlace, type Place } from './journal.ts';
import type { MessageHeader } from './journal-record.ts';

type Named = Place & { topic: string };

let directory: string;
let journal: Journal<Named>;
let found: Map<string, { place: Named; header: MessageHeader }>;
const onDamage = vi.fn();
const onLost = vi.fn();

async function open(segmentBytes = 1024 * 1024): Promise<void> {
  found = new Map();
  journal = new Journal<Named>(directory, { segmentBytes, onDamage, onLost });
  await journal.open((header) => {
    const place = placeOf(header.topic ?? '');
    found.set(place.topic, { place, header });
    return place;
  });
}
const placeOf = (topic: string): Named => ({ ...newPlace(), topic });
const add = (place: Named, payload: string) =>
  journal.add(place, { clientId: 'c', topic: place.topic, qos: 1 }, Buffer.from(payload));
async function payloads(places: readonly Named[]): Promise<string[]> {
  const read: string[] = [];
  for await (const { payload } of journal.read(places)) read.push(payload.toString());
  return read;
}
const living = () => payloads([...found.values()].map(({ place }) => place));
const files = async () => (await readdir(directory)).sort();

beforeEach(async () => {
  vi.clearAllMocks();
  directory = await mkdtemp(join(tmpdir(), 'roadcast-journal-'));
  await open();
});
afterEach(async () => {
  await journal.close();
  await rm(directory, { recursive: true, force: true });
});

it('brings back what was written and not removed, in its order and as it stood last', async () => {
  const places = ['a', 'b', 'c', 'd'].map(placeOf);
  const writes = places.map((place) => add(place, `payload ${place.topic}`));
  await Promise.all(writes);
  const [, b, c] = places as [Named, Named, Named, Named];
  journal.remove(b);
  await journal.replace(c, { clientId: 'c', topic: 'c', cmd: 'pubrel', messageId: 7 }, Buffer.alloc(0));
  await journal.close();
  await open();
  expect([...found.keys()]).toEqual(['a', 'c', 'd']);
  expect(found.get('c')?.header).toMatchObject({ cmd: 'pubrel', messageId: 7 });
  expect(await living()).toEqual(['payload a', '', 'payload d']);
  expect(onDamage).not.toHaveBeenCalled();
});

it('leaves out what is removed while it reads, before it is written or after', async () => {
  const places = ['a', 'b', 'c'].map(placeOf) as [Named, Named, Named];
  for (const place of places) void add(place, place.topic);
  journal.remove(places[0]);
  const read: string[] = [];
  for await (const { place } of journal.read(places)) {
    read.push(place.topic);
    journal.remove(places[2]);
  }
  expect(read).toEqual(['b']);
  await journal.close();
  await open();
  expect([...found.keys()]).toEqual(['b']);
});

it('takes what stands before the end that a killed process left, and goes on behind it', async () => {
  await add(placeOf('whole'), 'one');
  await add(placeOf('torn'), 'two');
  await journal.close();
  const [file = ''] = await files();
  const path = join(directory, file);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 1));
  await open();
  expect([...found.keys()]).toEqual(['whole']);
  expect(onDamage).toHaveBeenCalledWith(path, expect.any(Number));
  await add(placeOf('later'), 'three');
  await journal.close();
  await open();
  expect(await living()).toEqual(['one', 'three']);
});

it('believes no record whose checksum does not hold', async () => {
  await add(placeOf('good'), 'one');
  await add(placeOf('bad'), 'two');
  await journal.close();
  const [file = ''] = await files();
  const path = join(directory, file);
  const bytes = await readFile(path);
  await writeFile(path, Buffer.concat([bytes.subarray(0, bytes.length - 3), Buffer.from('owt')]));
  await appendFile(path, 'more');
  await open();
  expect([...found.keys()]).toEqual(['good']);
});

it('removes segments in which nothing lives', async () => {
  await journal.close();
  await open(4_096);
  for (let n = 0; n < 200; n++) {
    const place = placeOf(`t${n}`);
    await add(place, 'x'.repeat(200));
    journal.remove(place);
  }
  await journal.flush();
  await expect.poll(async () => (await files()).length).toBeLessThanOrEqual(2);
});

it('moves the few that live long, so that the dead beside them take no space, and keeps their order', async () => {
  await journal.close();
  await open(4_096);
  const kept: Named[] = [];
  for (let n = 0; n < 600; n++) {
    const place = placeOf(`t${n}`);
    await add(place, `${n} `.padEnd(200, 'x'));
    if (n % 60 === 0) kept.push(place);
    else journal.remove(place);
  }
  // 600 messages are some thirty segments.
  await expect.poll(async () => (await files()).length).toBeLessThanOrEqual(9);
  const numbers = (texts: string[]) => texts.map((text) => Number(text.split(' ')[0]));
  const expected = Array.from({ length: 10 }, (_, n) => n * 60);
  expect(numbers(await payloads(kept))).toEqual(expected);
  await journal.close();
  await open(4_096);
  expect(numbers(await living())).toEqual(expected);
});

it('tells of messages that could not be written, and keeps those that stand', async () => {
  const stands = placeOf('stands');
  await add(stands, 'one');
  const { segment } = stands;
  if (!segment) throw new Error('not written');
  const fails = vi.spyOn(segment.file, 'write').mockRejectedValueOnce(new Error('ENOSPC'));
  const lost = placeOf('lost');
  await expect(add(lost, 'two')).rejects.toThrow('ENOSPC');
  expect(onLost).toHaveBeenCalledExactlyOnceWith(lost);
  expect(fails).toHaveBeenCalledOnce();
  await add(placeOf('after'), 'three');
  await journal.close();
  await open();
  expect(await living()).toEqual(['one', 'three']);
});

it('on a full disk reads what stands, gives up what is dead, and forgets no removal', async () => {
  await journal.close();
  await open(1_024);
  const places = Array.from({ length: 30 }, (_, n) => placeOf(`t${n}`));
  for (const place of places) await add(place, 'x'.repeat(200));
  const [last] = places.slice(-1);
  const before = await files();
  if (!last?.segment) throw new Error('not written');
  const full = vi.spyOn(last.segment.file, 'write').mockRejectedValue(new Error('ENOSPC'));
  for (const place of places.slice(0, -1)) journal.remove(place);
  expect(await payloads([last])).toEqual(['x'.repeat(200)]);
  await expect.poll(async () => (await files()).length).toBeLessThan(before.length);
  full.mockRestore();
  await add(placeOf('after'), 'room');
  await journal.close();
  await open(1_024);
  expect([...found.keys()]).toEqual(['t29', 'after']);
});

it('gives up a message that cannot be read, and the segment with it', async () => {
  await journal.close();
  await open(512);
  const [bad, good] = [placeOf('bad'), placeOf('good')];
  await add(bad, 'x'.repeat(600));
  await add(good, 'y');
  if (!bad.segment) throw new Error('not written');
  await writeFile(bad.segment.path, Buffer.alloc(bad.segment.length));
  expect(await payloads([bad, good])).toEqual(['y']);
  expect(onLost).toHaveBeenCalledExactlyOnceWith(bad);
  await expect.poll(async () => (await files()).length).toBe(1);
});

type Step =
  | { kind: 'add'; bytes: number }
  | { kind: 'replace'; at: number }
  | { kind: 'remove'; at: number }
  | { kind: 'flush' }
  | { kind: 'reopen' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), bytes: fc.nat(600) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

it('has what a map would have, whatever is added, changed, moved and removed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 120 }), async (steps) => {
      await journal.close();
      await rm(directory, { recursive: true, force: true });
      await open(1_024);
      const model = new Map<string, string>();
      let places = new Map<string, Named>();
      let next = 0;
      for (const step of [...steps, { kind: 'reopen' } satisfies Step]) {
        if (step.kind === 'add') {
          const place = placeOf(`t${next++}`);
          model.set(place.topic, '+'.repeat(step.bytes));
          places.set(place.topic, place);
          void add(place, '+'.repeat(step.bytes));
        } else if (step.kind === 'flush') {
          await journal.flush();
        } else if (step.kind === 'reopen') {
          await journal.close();
          await open(1_024);
          places = new Map([...found].map(([topic, { place }]) => [topic, place]));
          expect([...places.keys()]).toEqual([...model.keys()]);
          expect(await living()).toEqual([...model.values()]);
        } else {
          const place = [...places.values()][step.at % Math.max(places.size, 1)];
          if (!place) continue;
          const { topic } = place;
          if (step.kind === 'remove') {
            journal.remove(place);
            places.delete(topic);
            model.delete(topic);
          } else {
            const payload = `${model.get(topic)}!`;
            model.set(topic, payload);
            void journal.replace(place, { clientId: 'c', topic, qos: 1 }, Buffer.from(payload));
          }
        }
      }
      expect(onDamage).not.toHaveBeenCalled();
    }),
    { numRuns: 60 },
  );
}, 30_000);
