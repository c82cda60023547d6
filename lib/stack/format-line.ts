import { styleText } from 'node:util';

type Colour = 'red' | 'yellow' | 'gray' | 'cyan' | 'green' | 'magenta' | 'blue';

const hidden = new Set(['level', 'time', 'name', 'msg', 'pid', 'hostname', 'err']);
const colours: Colour[] = ['cyan', 'green', 'magenta', 'blue'];

/** One line of a child as one readable line: time, process, message, details. What is no JSON passes as it is. */
export function formatLine(name: string, line: string, now: Date): string {
  const entry = parse(line);
  const time = typeof entry?.time === 'string' ? new Date(entry.time) : now;
  const head = `${styleText('gray', clock(time))} ${styleText(colourOf(name), name.padEnd(8))}`;
  if (!entry) return `${head} ${line}`;
  const level = Number(entry.level);
  const details = Object.entries(entry)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const text = `${head} ${mark(level)}${String(entry.msg ?? '')}`;
  const stack = Reflect.get(Object(entry.err), 'stack');
  return [
    details === '' ? text : `${text} ${styleText('gray', details)}`,
    ...(typeof stack === 'string' ? stack.split('\n').map((part) => `${head}   ${part.trim()}`) : []),
  ].join('\n');
}

/** For collectors: JSON as the process wrote it, and anything else wrapped. */
export function rawLine(name: string, line: string, now: Date): string {
  return parse(line) ? line : JSON.stringify({ level: 30, time: now.toISOString(), name, msg: line });
}

function mark(level: number): string {
  if (level >= 50) return styleText('red', '✕ ');
  if (level >= 40) return styleText('yellow', '▲ ');
  return '';
}

function clock(time: Date): string {
  return time.toTimeString().slice(0, 8);
}

function colourOf(name: string): Colour {
  if (name === 'roadcast') return 'gray';
  return colours[[...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % colours.length] ?? 'cyan';
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
