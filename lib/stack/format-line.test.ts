import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatLine, rawLine } from './format-line.ts';

const now = new Date('2026-11-23T10:00:00.000Z');
const clock = now.toTimeString().slice(0, 8);
const plain = (name: string, line: string) => stripVTControlCharacters(formatLine(name, line, now));

describe('formatLine', () => {
  it('shows time, process, message and details in one line', () => {
    const line = JSON.stringify({
      level: 30,
      time: now,
      name: 'worker',
      msg: 'ready',
      slot: 0,
      at: { a: 1 },
    });
    expect(plain('worker', line)).toBe(`${clock} worker   ready slot=0 at={"a":1}`);
  });

  it('marks warnings and errors and prints the stack of an error', () => {
    expect(plain('web', '{"level":40,"msg":"slow"}')).toBe(`${clock} web      ▲ slow`);
    const error = JSON.stringify({ level: 50, msg: 'broke', err: { stack: 'Error: x\n    at y' } });
    expect(plain('web', error).split('\n')).toEqual([
      `${clock} web      ✕ broke`,
      `${clock} web        Error: x`,
      `${clock} web        at y`,
    ]);
  });

  it('passes on what is no JSON', () => {
    expect(plain('web', '▲ Next.js')).toBe(`${clock} web      ▲ Next.js`);
    expect(plain('web', '{broken')).toBe(`${clock} web      {broken`);
  });
});

describe('rawLine', () => {
  it('keeps JSON and wraps the rest', () => {
    expect(rawLine('web', '{"level":30}', now)).toBe('{"level":30}');
    expect(JSON.parse(rawLine('web', 'hello', now))).toMatchObject({ name: 'web', msg: 'hello' });
  });
});
