const counts = new Intl.NumberFormat('en-US');
const percents = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });

/** 1,234,567 */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** 12.3 %; honest at the ends: 99.99 % of something is not 100 %. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = part / whole;
  if (part > 0 && share < 0.001) return '< 0.1 %';
  if (part < whole && share > 0.999) return '> 99.9 %';
  return percents.format(share).replace('%', ' %');
}

/** 850 ms, 4.2 s, 3 min 20 s, 2 h 5 min, 3 d 4 h */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, 'min', Math.round(seconds % 60), 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** 1.4 MB, in powers of ten as file systems and networks count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** "3 min ago", "in 2 h", "now"; `now` is an argument so that server and browser agree. */
export function formatRelative(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  const abs = Math.abs(ms);
  if (abs < 5_000) return 'now';
  const [value, unit] =
    abs < 60_000
      ? [Math.floor(abs / 1000), 's']
      : abs < 3_600_000
        ? [Math.floor(abs / 60_000), 'min']
        : abs < 86_400_000
          ? [Math.floor(abs / 3_600_000), 'h']
          : [Math.floor(abs / 86_400_000), 'd'];
  return ms >= 0 ? `${value} ${unit} ago` : `in ${value} ${unit}`;
}

/** Making one takes fifty times as long as using it. */
const instantFormats = new Map<string | undefined, Intl.DateTimeFormat>();

/** 2026-11-23 14:02:07 in a time zone, seconds included. */
export function formatInstant(at: Date, timeZone?: string): string {
  // Tables on the server are full of these.
  if (timeZone === 'UTC') return at.toISOString().slice(0, 19).replace('T', ' ');
  let format = instantFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone });
    instantFormats.set(timeZone, format);
  }
  return format.format(at);
}
