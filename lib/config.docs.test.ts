import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Environment } from './config.ts';
import { Settings } from './services/settings.ts';

const operations = readFileSync(join(import.meta.dirname, '../docs/operations.md'), 'utf8');

/** First two columns of the tables' rows whose first cell is one name in code. */
function rowsOf(section: string): [name: string, fallback: string][] {
  const text = operations.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return Array.from(text.matchAll(/^\| `(\w+)` \| (.*?) \|/gm), ([, name = '', fallback = '']) => [
    name,
    fallback.replaceAll('`', ''),
  ]);
}

/** What the document shows where a variable is not set: its default, “made” for secrets, “–” for nothing. */
const MADE = ['DATABASE_PASSWORD', 'MQTT_PASSWORD', 'OPERATOR_PASSWORD'];

it('docs/operations.md lists every environment variable with its default', () => {
  const expected = Object.entries(Environment.shape).map(([name, schema]) => {
    const absent = schema.safeParse(undefined);
    if (!absent.success || MADE.includes(name)) return [name, 'made'];
    return [name, String(absent.data ?? '') || '–'];
  });
  expect(rowsOf('Environment variables')).toEqual(expected);
});

it('docs/operations.md lists every setting for retention with its default', () => {
  const documented = new Map(rowsOf('Retention'));
  const expected = Object.entries(Settings.parse({})).filter(([name]) => name.endsWith('RetentionDays'));
  expect([...documented]).toEqual(expected.map(([name, days]) => [name, String(days)]));
});
