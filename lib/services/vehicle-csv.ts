import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { ValidationError } from '#lib/errors.ts';
import { VehicleFields } from './vehicle-fields.ts';

/** One fault of one line; `line` counts from 1 and includes the header. */
export type CsvFault = { line: number; column: string; value: string; reason: string };
export type CsvVehicle = { line: number; fields: VehicleFields };

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

/** What a line of the file is: a vehicle, or everything that is wrong with it. */
export type CsvLine = { line: number } & ({ fields: VehicleFields } | { faults: Omit<CsvFault, 'line'>[] });

/**
 * Checks the first line of a file: it must name the columns, in any order. Without a usable header nothing can
 * be read, which is a `ValidationError`.
 */
export function checkVehicleCsvHeader(text: string): void {
  const first = firstLineOf(text);
  if (first.trim() === '')
    throw new ValidationError('The file is empty; its first line must name the columns.');
  const columns = first
    .replace(/^\uFEFF/, '')
    .split(delimiterOf(first))
    .map((name) => columnOf(name.replaceAll('"', '')));
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new ValidationError(`The first line must name the columns; missing: ${missing.join(', ')}.`);
  }
}

/**
 * Reads vehicles from CSV piece by piece: comma or semicolon, UTF-8, a header in any order, tags parted by `|`.
 * Every line comes out, in order, as a vehicle or with its faults; a VIN that came before is a fault. The first
 * piece must hold the whole header.
 */
export async function* readVehicleCsv(pieces: AsyncIterable<string>): AsyncGenerator<CsvLine> {
  const unreadable: CsvLine[] = [];
  const source = pieces[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) return;
  const lines = compose(first.value, source, unreadable);
  const seen = new Map<string, number>();
  let columns: string[] | undefined;
  for await (const { record, info } of lines) {
    yield* unreadable.splice(0);
    if (columns) yield readLine(columns, record, info.lines, seen);
    else columns = record.map(columnOf);
  }
  yield* unreadable;
}

async function* joined(first: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function compose(first: string, rest: AsyncIterator<string>, unreadable: CsvLine[]): AsyncIterable<Line> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(firstLineOf(first)),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip(error, raw) {
      const line = Number(Reflect.get(Object(error), 'lines') ?? 0);
      const value = String(raw ?? '').slice(0, 200);
      unreadable.push({ line, faults: [{ column: '', value, reason: error?.message ?? 'not CSV' }] });
      return undefined;
    },
  });
  const source = Readable.from(joined(first, rest));
  source.on('error', (error) => parser.destroy(error));
  // With `info: true` csv-parse answers records with their place, which its types leave out.
  return source.pipe(parser) as AsyncIterable<Line>;
}

function readLine(
  columns: readonly string[],
  record: string[],
  line: number,
  seen: Map<string, number>,
): CsvLine {
  const cells = new Map(columns.map((name, index) => [name, record[index]?.trim() ?? '']));
  const outcome = readVehicle(cells);
  if ('faults' in outcome) return { line, ...outcome };
  const { vin } = outcome.fields;
  const earlier = seen.get(vin);
  if (earlier !== undefined) {
    return { line, faults: [{ column: 'vin', value: vin, reason: `stands in line ${earlier} already` }] };
  }
  seen.set(vin, line);
  return { line, fields: outcome.fields };
}

function firstLineOf(text: string): string {
  return text.slice(0, text.search(/[\r\n]|$/));
}

function delimiterOf(firstLine: string): string {
  return firstLine.includes(';') ? ';' : ',';
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
