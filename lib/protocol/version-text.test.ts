import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeVersion,
  isEscapedVersion,
  ReportedVersion,
  unescapeVersion,
  VersionText,
} from './version-text.ts';

/** Any text a vehicle could send: lone surrogates, control bytes, emoji, backslashes, padding. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        '\\',
        'x',
        'u',
        '{',
        '}',
        '0',
        '4',
        '1',
        'a',
        '\0',
        ' ',
        '\u0007',
        '\u200d',
        '\ud83d',
        '\ude00',
        '\u00a0',
        '\u2028',
        '🚗',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const withoutPadding = (text: string) => text.replace(/[\0 ]+$/, '');

describe('the escaped form of a version', () => {
  it.each([
    ['39990-TLA-A040', '39990-TLA-A040'],
    ['IG  MDPS C 1.00 1.02 56310G8510', 'IG  MDPS C 1.00 1.02 56310G8510'],
    ['39990-TLA-A030\0\0 ', '39990-TLA-A030'],
    ['a\0b', 'a\\x00b'],
    ['a\tb\u0007', 'a\\x09b\\x07'],
    ['back\\slash', 'back\\\\slash'],
    ['v🚗1', 'v🚗1'],
    ['x\u200dy', 'x\\u{200d}y'],
    ['\ud83d', '\\u{d83d}'],
    ['\u00a0', '\\xa0'],
    ['\0\0', ''],
  ])('of %j is %j', (raw, escaped) => {
    expect(escapeVersion(raw)).toBe(escaped);
    expect(ReportedVersion.parse(raw)).toBe(escaped);
  });

  it('never makes two different versions equal: it can be undone but for the padding', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        expect(unescapeVersion(escapeVersion(raw))).toBe(withoutPadding(raw));
      }),
    );
  });

  it('is what Postgres can hold, and is known as such', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const escaped = escapeVersion(raw);
        expect(escaped).not.toMatch(/\p{Cc}/u);
        expect(escaped.isWellFormed()).toBe(true);
        expect(isEscapedVersion(escaped)).toBe(true);
      }),
    );
  });

  it('has one spelling: whatever counts as escaped is what escaping yields', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (isEscapedVersion(text)) expect(escapeVersion(unescapeVersion(text))).toBe(text);
        else expect(VersionText.safeParse(text).success).toBe(false);
      }),
    );
    for (const spelling of ['\\x41', '\\u{41}', '\\q', 'a\0', 'a ', '\u00a0', '\\u{110000}', '\\x0A']) {
      expect(isEscapedVersion(spelling), spelling).toBe(false);
    }
  });
});
