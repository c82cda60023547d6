import type { IToken } from 'chevrotain';
import { FilterParser } from './filter-parser.ts';
import { filterLexer, Not, Open } from './filter-tokens.ts';
import type { TargetCondition, TargetFilter } from './target-filter.ts';

/** `line` and `column` count from 1, `offset` from 0 in UTF-16 code units; `length` is 0 at the end. */
export type FilterError = { message: string; line: number; column: number; offset: number; length: number };

export type ParsedFilter = { kind: 'ok'; filter: TargetFilter } | { kind: 'error'; errors: FilterError[] };

const MAX_DEPTH = 100;
let parser: FilterParser | undefined;

/** Reads the text form of a target filter (docs/filter.md); every error says where it is. */
export function parseFilterText(text: string): ParsedFilter {
  if (text.trim() === '')
    return failure([errorAt(text, 0, text.length, 'the filter is empty; write “all” for the whole fleet')]);
  const lexed = filterLexer.tokenize(text);
  const [unread] = lexed.errors;
  if (unread) return failure([unreadable(text, unread.offset, unread.length)]);
  const deep = tooDeep(lexed.tokens);
  if (deep)
    return failure([
      errorAt(text, deep.startOffset, deep.image.length, `nested more than ${MAX_DEPTH} levels deep`),
    ]);

  parser ??= new FilterParser();
  parser.problems = [];
  parser.input = lexed.tokens;
  const filter = parser.filter();
  const syntax = parser.errors.map(({ token, message }) => ({ token, message }));
  const problems = [...syntax, ...parser.problems];
  if (problems.length === 0) return { kind: 'ok', filter };
  return failure(
    problems.map(({ token, message }) =>
      Number.isNaN(token.startOffset)
        ? errorAt(text, text.trimEnd().length, 0, message)
        : errorAt(text, token.startOffset, token.image.length, message),
    ),
  );
}

/** The text form of a filter; reading it back gives the same filter exactly. */
export function printFilter(filter: TargetFilter): string {
  switch (filter.kind) {
    case 'all':
      return 'all';
    case 'not':
      return `not ${printPart(filter.filter, ['and', 'or'])}`;
    case 'and':
      return printGroup(filter.filters, 'all of', ' and ', ['and', 'or']);
    case 'or':
      return printGroup(filter.filters, 'any of', ' or ', ['or']);
    default:
      return printCondition(filter);
  }
}

function printGroup(
  filters: readonly TargetFilter[],
  single: string,
  joint: string,
  parenthesised: readonly string[],
): string {
  const [only] = filters;
  if (only && filters.length === 1) return `${single} (${printFilter(only)})`;
  return filters.map((filter) => printPart(filter, parenthesised)).join(joint);
}

function printPart(filter: TargetFilter, parenthesised: readonly string[]): string {
  const isGroup = (filter.kind === 'and' || filter.kind === 'or') && filter.filters.length > 1;
  return isGroup && parenthesised.includes(filter.kind) ? `(${printFilter(filter)})` : printFilter(filter);
}

function printCondition(condition: TargetCondition): string {
  switch (condition.kind) {
    case 'text':
      return printText(condition);
    case 'modelYear':
      return `year ${condition.operator} ${condition.value}`;
    case 'online':
      return condition.value ? 'online' : 'offline';
    case 'lastSeen':
      return condition.operator === 'within'
        ? `last_seen within ${duration(condition.minutes)}`
        : `last_seen before ${duration(condition.minutes)} ago`;
    case 'ecu':
      return printEcu(condition);
    case 'campaign':
      return `campaign(${quote(condition.campaignId)}) = ${condition.outcome}`;
    case 'skilledPersonOnly':
      return condition.value ? 'skilled_person_only' : 'skilled_person_only = false';
  }
}

function printText({ field, operator, values }: Extract<TargetCondition, { kind: 'text' }>): string {
  const name = field === 'timeZone' ? 'time_zone' : field;
  const list = `(${values.map(quote).join(', ')})`;
  const value = values.length === 1 ? quote(values[0] ?? '') : list;
  switch (operator) {
    case '=':
      return `${name} = ${value}`;
    case '!=':
      return values.length === 1 ? `${name} != ${value}` : `${name} not in ${list}`;
    case 'in':
      return `${name} in ${list}`;
    case 'starts':
      return `${name} starts with ${value}`;
  }
}

function printEcu({ ecuType, hardware, software }: Extract<TargetCondition, { kind: 'ecu' }>): string {
  const tests: string[] = [];
  if (hardware) tests.push(`hardware ${hardware.operator} ${quote(hardware.value)}`);
  if (software) {
    tests.push(
      software.value === undefined
        ? `software is ${software.operator}`
        : `software ${software.operator} ${quote(software.value)}`,
    );
  }
  if (tests.length === 1) return `ecu(${quote(ecuType)}).${tests[0]}`;
  return `ecu(${[quote(ecuType), ...tests].join(', ')})`;
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function duration(minutes: number): string {
  const units = [
    [10080, 'week'],
    [1440, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ] as const;
  const [size, name] = units.find(([unit]) => minutes % unit === 0) ?? units[3];
  return `${minutes / size} ${name}${minutes === size ? '' : 's'}`;
}

function tooDeep(tokens: readonly IToken[]): IToken | undefined {
  let open = 0;
  let nots = 0;
  return tokens.find(({ tokenType, image }) => {
    if (tokenType === Open) open += 1;
    else if (image === ')') open -= 1;
    nots = tokenType === Not ? nots + 1 : 0;
    return open > MAX_DEPTH || nots > MAX_DEPTH;
  });
}

function unreadable(text: string, offset: number, length: number): FilterError {
  const first = text.charAt(offset);
  // Whatever follows an open quote was meant to be inside of it.
  if (first === '"' || first === "'")
    return errorAt(text, offset, text.length - offset, `this ${first} is never closed`);
  if (/[“”„‟‘’]/.test(first))
    return errorAt(text, offset, length, 'write texts in straight quotes, like "this"');
  const shown = text.slice(offset, offset + Math.min(length, 20));
  return errorAt(text, offset, length, `“${shown}” is nothing that a filter can hold`);
}

function errorAt(text: string, offset: number, length: number, message: string): FilterError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { message, line, column: offset - before.lastIndexOf('\n'), offset, length };
}

function failure(errors: FilterError[]): ParsedFilter {
  return { kind: 'error', errors: errors.sort((a, b) => a.offset - b.offset) };
}
