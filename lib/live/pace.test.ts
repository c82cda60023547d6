import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

/** A browser that has answered its first tick. */
function answering(): Pace {
  const pace = new Pace();
  pace.asks(1, 0);
  pace.answered(1, 0);
  return pace;
}

type Link = { bytesPerMs: number; delayMs: number };

/** A browser behind a link whose width can change. */
function player() {
  const pace = answering();
  const answers: { sequence: number; at: number }[] = [];
  let [now, under, sequence] = [0, 0, 1];
  /** Four frames a second for so long, each sent if there is room: what was sent, and the most that was under way. */
  return (link: Link, frameBytes: number, ms: number) => {
    let [most, sent] = [0, 0];
    for (const end = now + ms; now < end; now += 10) {
      under = Math.max(0, under - link.bytesPerMs * 10);
      while ((answers[0]?.at ?? now + 1) <= now) pace.answered(answers.shift()?.sequence ?? 0, now);
      if (now % 250 === 0 && !pace.isFull(now)) {
        pace.wrote(frameBytes);
        under += frameBytes;
        sent += frameBytes;
      }
      most = Math.max(most, under);
      if (!pace.mayAsk() && now % 1_000 !== 0) continue;
      sequence += 1;
      pace.asks(sequence, now);
      answers.push({ sequence, at: now + link.delayMs + under / link.bytesPerMs });
    }
    return { most, sent };
  };
}

test('a peer that never answers is not judged', () => {
  const pace = new Pace();
  pace.asks(1, 0);
  pace.wrote(10_000_000);
  expect(pace.isFull(60_000)).toBe(false);
});

test.each([
  ['nothing sent, two seconds', 0, 2_000, false],
  ['nothing sent, longer', 0, 2_001, true],
  ['a window sent, at once', 16 * 1024, 0, true],
  ['less than a window, soon', 16 * 1024 - 1, 100, false],
])('an answer that is missing: %s', (_, bytes, ms, isFull) => {
  const pace = answering();
  pace.asks(2, 0);
  pace.wrote(bytes);
  expect(pace.isFull(ms)).toBe(isFull);
});

test('over a link of 3,000 bytes a second at most a window is under way, then a second of it and a frame', () => {
  const play = player();
  const narrow = { bytesPerMs: 3, delayMs: 0 };
  expect(play(narrow, 4_000, 20_000).most).toBeLessThanOrEqual(16 * 1024 + 4_000);
  const { most, sent } = play(narrow, 4_000, 60_000);
  expect(most).toBeLessThanOrEqual(3_000 + 4_000);
  expect(sent).toBeGreaterThan(0.8 * 60 * 3_000);
});

test('a link with a long delay is used to the full, and so is one that has become good again', () => {
  expect(player()({ bytesPerMs: 500, delayMs: 400 }, 12_000, 60_000).sent).toBeGreaterThan(
    0.9 * 4 * 60 * 12_000,
  );
  const play = player();
  const good = { bytesPerMs: 1_000, delayMs: 1 };
  play({ bytesPerMs: 3, delayMs: 0 }, 12_000, 60_000);
  play(good, 12_000, 10_000);
  expect(play(good, 12_000, 10_000).sent).toBe(4 * 10 * 12_000);
});

test('what leaves together with a tick has arrived when the tick is answered', () => {
  const pace = answering();
  pace.asks(2, 0, 4_000);
  pace.wrote(4_000);
  pace.answered(2, 600);
  // Of a window of 16 KiB.
  pace.wrote(13_000);
  expect(pace.isFull(600)).toBe(false);
  pace.wrote(4_000);
  expect(pace.isFull(600)).toBe(true);
});
