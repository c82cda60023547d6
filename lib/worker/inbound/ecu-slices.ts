const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Where each object of a list `{…},{…}` ends that fills the bytes from `start` to `end`; undefined where
 * anything else stands there, white space included. Whether the objects are JSON is not looked at.
 */
export function ecuEnds(bytes: Buffer, start: number, end: number): number[] | undefined {
  const ends: number[] = [];
  for (let at = start; ; at++) {
    const objectEnd = objectEndAt(bytes, at, end);
    if (objectEnd === undefined) return undefined;
    ends.push(objectEnd);
    if (objectEnd === end) return ends;
    if (bytes[objectEnd] !== COMMA) return undefined;
    at = objectEnd;
  }
}

/** Where the object ends that begins at `at`, if it ends before `end`. */
export function objectEndAt(bytes: Buffer, at: number, end: number): number | undefined {
  if (bytes[at] !== OPENING_BRACE) return undefined;
  let depth = 0;
  for (let place = at; place < end; place++) {
    switch (bytes[place]) {
      case QUOTE:
        place = closingQuote(bytes, place + 1, end);
        break;
      case OPENING_BRACE:
      case OPENING_BRACKET:
        depth++;
        break;
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        depth--;
        if (depth === 0) return place + 1;
    }
  }
  return undefined;
}

/** The quote that ends the text which begins at `at`; `end` where there is none. */
function closingQuote(bytes: Buffer, at: number, end: number): number {
  for (let place = at; place < end; place++) {
    const byte = bytes[place];
    if (byte === QUOTE) return place;
    if (byte === BACKSLASH) place++;
  }
  return end;
}

export type Slices = { bytes: Buffer; ends: readonly number[] };

/**
 * Compares a list of objects with one that is known, place by place: which of them differ, and where each ends
 * now. Undefined where it is no list of as many objects.
 */
export function compareSlices(
  known: Slices,
  bytes: Buffer,
  start: number,
  end: number,
): { ends: number[]; changed: number[] } | undefined {
  const ends: number[] = [];
  const changed: number[] = [];
  let at = start;
  let knownAt = 0;
  for (let place = 0; place < known.ends.length; place++) {
    const knownEnd = known.ends[place] ?? 0;
    // An object ends where its braces close, so the same bytes are the same object, whatever follows.
    let objectEnd: number | undefined = at + knownEnd - knownAt;
    if (objectEnd > end || bytes.compare(known.bytes, knownAt, knownEnd, at, objectEnd) !== 0) {
      objectEnd = objectEndAt(bytes, at, end);
      if (objectEnd === undefined) return undefined;
      changed.push(place);
    }
    const isLast = place === known.ends.length - 1;
    if (isLast ? objectEnd !== end : bytes[objectEnd] !== COMMA) return undefined;
    ends.push(objectEnd);
    at = objectEnd + 1;
    knownAt = knownEnd + 1;
  }
  return { ends, changed };
}
