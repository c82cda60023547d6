import { createToken, Lexer, type TokenType } from 'chevrotain';

/** Words begin so; keywords are told from longer words by it. */
export const Word = createToken({ name: 'Word', pattern: /[A-Za-z_][A-Za-z0-9_]*/, label: 'a word' });

const all: TokenType[] = [];

function keyword(name: string, pattern: RegExp, label: string): TokenType {
  const token = createToken({ name, pattern, label, longer_alt: Word });
  all.push(token);
  return token;
}

function symbol(name: string, pattern: string | RegExp, label: string): TokenType {
  const token = createToken({ name, pattern, label });
  all.push(token);
  return token;
}

const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });
/** 17 characters of a VIN may stand without quotes, so that a pasted list is a filter. */
export const BareVin = createToken({
  name: 'BareVin',
  pattern: /[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9_])/,
  label: 'a VIN',
});
/** Quoted by either kind of quote; inside, the quote itself is doubled and a backslash is a backslash. */
export const Quoted = createToken({
  name: 'Quoted',
  pattern: /"(?:[^"]|"")*"|'(?:[^']|'')*'/,
  label: 'a quoted text',
  line_breaks: true,
});

// A keyword that begins with another one stands before it.
export const Within = keyword('Within', /within/i, 'within');
export const With = keyword('With', /with/i, 'with');
export const Offline = keyword('Offline', /offline/i, 'offline');
export const Of = keyword('Of', /of/i, 'of');
export const Year = keyword('Year', /(?:model_)?year/i, 'year');
export const TextFieldName = keyword('TextFieldName', /vin|model|region|time_?zone|tag/i, 'a field');
export const All = keyword('All', /all/i, 'all');
export const Any = keyword('Any', /any/i, 'any');
export const And = keyword('And', /and/i, 'and');
export const Or = keyword('Or', /or/i, 'or');
export const Not = keyword('Not', /not/i, 'not');
export const In = keyword('In', /in/i, 'in');
export const Is = keyword('Is', /is/i, 'is');
export const Starts = keyword('Starts', /starts/i, 'starts with');
export const True = keyword('True', /true/i, 'true');
export const False = keyword('False', /false/i, 'false');
export const Known = keyword('Known', /known/i, 'known');
export const Unknown = keyword('Unknown', /unknown/i, 'unknown');
export const Before = keyword('Before', /before/i, 'before');
export const Ago = keyword('Ago', /ago/i, 'ago');
export const Unit = keyword('Unit', /minutes?|hours?|days?|weeks?/i, 'minutes, hours, days or weeks');
export const Online = keyword('Online', /online/i, 'online');
export const LastSeen = keyword('LastSeen', /last_?seen/i, 'last_seen');
export const Ecu = keyword('Ecu', /ecu/i, 'ecu');
export const Hardware = keyword('Hardware', /hardware/i, 'hardware');
export const Software = keyword('Software', /software/i, 'software');
export const Campaign = keyword('Campaign', /campaign/i, 'campaign');
export const Skilled = keyword('Skilled', /skilled_person_only/i, 'skilled_person_only');

export const LessEqual = symbol('LessEqual', '<=', '<=');
export const GreaterEqual = symbol('GreaterEqual', '>=', '>=');
export const NotEqual = symbol('NotEqual', /!=|<>/, '!=');
export const Equal = symbol('Equal', /==?/, '=');
export const Less = symbol('Less', '<', '<');
export const Greater = symbol('Greater', '>', '>');
export const Open = symbol('Open', '(', '(');
export const Close = symbol('Close', ')', ')');
export const Comma = symbol('Comma', ',', ',');
export const Dot = symbol('Dot', '.', '.');
export const Whole = symbol('Whole', /\d+/, 'a number');

/** In the order in which the lexer tries them. Keywords and fields may be written in any case. */
export const FILTER_TOKENS: TokenType[] = [Space, BareVin, Quoted, ...all, Word];

export const filterLexer = new Lexer(FILTER_TOKENS, { positionTracking: 'onlyOffset' });
