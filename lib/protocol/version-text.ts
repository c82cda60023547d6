import { z } from 'zod';

/** Longest version text a vehicle may report, in UTF-16 code units before escaping. */
export const MAX_VERSION_LENGTH = 512;

/** Printable ASCII without a backslash and without a space at its end: nearly every version, and nothing to do. */
const PLAIN = /^(?:[ -[\]-~]*[!-[\]-~])?$/;
const TRAILING_PADDING = /[\0 ]+$/;
const UNSHOWABLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[^\S ]/gu;
const ESCAPE = /\\\\|\\x([0-9a-f]{2})|\\u\{([0-9a-f]{3,6})\}/g;

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * Brings a version as an ECU answered it into its one escaped form.
 *
 * Trailing NULs and spaces are padding and fall away. A backslash becomes `\\`; control, format and
 * separator characters and lone surrogates become `\xhh` or `\u{h…}`. All else stays as it is, so two
 * different versions never become equal, and the result fits into Postgres, a screen and a filter.
 */
export function escapeVersion(raw: string): string {
  if (PLAIN.test(raw)) return raw;
  return raw.replace(TRAILING_PADDING, '').replace(UNSHOWABLE, escapeCharacter);
}

/** The version as an ECU answers it, without padding. Throws a `RangeError` on a code point beyond Unicode. */
export function unescapeVersion(escaped: string): string {
  return escaped.replace(ESCAPE, (_, byte?: string, code?: string) =>
    byte === undefined && code === undefined
      ? '\\'
      : String.fromCodePoint(Number.parseInt(byte ?? code ?? '', 16)),
  );
}

/** Tells whether a text is a version in escaped form, exactly as `escapeVersion` makes them. */
export function isEscapedVersion(text: string): boolean {
  try {
    return escapeVersion(unescapeVersion(text)) === text;
  } catch {
    return false;
  }
}

/** A version as it came from a vehicle; parsing it yields the escaped form. */
export const ReportedVersion = z.string().max(MAX_VERSION_LENGTH).transform(escapeVersion);
export type ReportedVersion = z.infer<typeof ReportedVersion>;

/** A version in escaped form, as the catalog and the Director document hold it. */
export const VersionText = z
  .string()
  .min(1)
  .max(MAX_VERSION_LENGTH * 8)
  .refine(isEscapedVersion, 'write a backslash as \\\\ and control characters as \\xhh or \\u{h…}');
export type VersionText = z.infer<typeof VersionText>;
