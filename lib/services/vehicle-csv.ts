import { parse } from 'csv-parse/sync';
import { ValidationError } from '#lib/errors.ts';
import { VehicleFields } from './vehicle-fields.ts';

/** One fault of one line; `line` counts from 1 and includes the header. */
export type CsvFault = { line: number; column: string; value: string; reason: string };
export type CsvVehicle = { line: number; fields: VehicleFields };
export type VehicleCsv = { vehicles: CsvVehicle[]; faults: CsvFault[] };

/** Columns of a vehicle file; the first five must be there. */
export const VEHICLE_CSV_COLUMNS = [
  'vin',
  'model',
  'modelYear',
  'region',
  'timeZone',
  'tags',
  'skilledPersonOnly',
] as const;
const required = VEHICLE_CSV_COLUMNS.slice(0, 5);
const truths = new Map([
  ['', false],
  ['0', false],
  ['no', false],
  ['false', false],
  ['1', true],
  ['yes', true],
  ['true', true],
]);

type Line = { record: string[]; info: { lines: number } };

/**
 * Reads vehicles from CSV: comma or semicolon, UTF-8, a header in any order, tags parted by `|`. Each bad line
 * is a fault with its number, column and value; the good ones are kept. Without a usable header nothing can
 * be read, which is a `ValidationError`.
 */
export function parseVehicleCsv(text: string): VehicleCsv {
  const { lines, faults } = readLines(text);
  const header = lines.shift();
  if (!header) throw new ValidationError('The file is empty; its first line must name the columns.');
  const columns = header.record.map(columnOf);
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new ValidationError(`The first line must name the columns; missing: ${missing.join(', ')}.`);
  }
  const vehicles: CsvVehicle[] = [];
  const seen = new Map<string, number>();
  for (const { record, info } of lines) {
    const line = info.lines;
    const cells = new Map(columns.map((name, index) => [name, record[index]?.trim() ?? '']));
    const outcome = readVehicle(cells);
    if ('faults' in outcome) {
      faults.push(...outcome.faults.map((fault) => ({ line, ...fault })));
      continue;
    }
    const earlier = seen.get(outcome.fields.vin);
    if (earlier !== undefined) {
      faults.push({
        line,
        column: 'vin',
        value: outcome.fields.vin,
        reason: `stands in line ${earlier} already`,
      });
      continue;
    }
    seen.set(outcome.fields.vin, line);
    vehicles.push({ line, fields: outcome.fields });
  }
  return { vehicles, faults: faults.sort((a, b) => a.line - b.line) };
}

function readLines(text: string): { lines: Line[]; faults: CsvFault[] } {
  const faults: CsvFault[] = [];
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const parsed = parse(text, {
    bom: true,
    delimiter: firstLine.includes(';') ? ';' : ',',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip(error, raw) {
      const line = Number(Reflect.get(Object(error), 'lines') ?? 0);
      faults.push({
        line,
        column: '',
        value: String(raw ?? '').slice(0, 200),
        reason: error?.message ?? 'not CSV',
      });
      return undefined;
    },
  });
  return { lines: asLines(parsed), faults };
}

/** With `info: true` csv-parse answers records with their place, which its types leave out. */
function asLines(parsed: unknown): Line[] {
  return parsed as Line[];
}

/** `Model Year`, `model_year` and `modelYear` are the same column. */
function columnOf(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  return VEHICLE_CSV_COLUMNS.find((column) => column.toLowerCase() === plain) ?? plain;
}

function readVehicle(
  cells: ReadonlyMap<string, string>,
): { fields: VehicleFields } | { faults: Omit<CsvFault, 'line'>[] } {
  const cell = (name: string) => cells.get(name) ?? '';
  const flag = truths.get(cell('skilledPersonOnly').toLowerCase());
  const parsed = VehicleFields.safeParse({
    vin: cell('vin').toUpperCase(),
    model: cell('model'),
    modelYear: cell('modelYear') || undefined,
    region: cell('region'),
    timeZone: cell('timeZone'),
    tags: cell('tags')
      .split('|')
      .map((tag) => tag.trim())
      .filter(Boolean),
    skilledPersonOnly: flag ?? 'neither yes nor no',
  });
  if (parsed.success) return { fields: parsed.data };
  return {
    faults: parsed.error.issues.map(({ path, message }) => {
      const column = String(path[0] ?? '');
      const value = cell(column);
      return { column, value: value.slice(0, 200), reason: value === '' ? 'must not be empty' : message };
    }),
  };
}
