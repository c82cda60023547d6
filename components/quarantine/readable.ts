const MOST_CHARACTERS = 20_000;

/** Text that can be read and hides nothing: JSON indented, control and invisible characters as escapes. */
export function readable(text: string): string {
  const shown = escapeInvisible(indented(text));
  return shown.length > MOST_CHARACTERS
    ? `${shown.slice(0, MOST_CHARACTERS)}\n… ${shown.length - MOST_CHARACTERS} more characters`
    : shown;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Controls but line feeds, and format characters such as direction overrides, which could disguise the rest. */
function escapeInvisible(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Bytes in hex, sixteen a line with their offset and what of them is ASCII. */
export function hexLines(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = bytes.slice(offset, offset + 16);
    const ascii = row.map((byte) => {
      const code = Number.parseInt(byte, 16);
      return code >= 32 && code < 127 ? String.fromCharCode(code) : '·';
    });
    lines.push(`${offset.toString(16).padStart(4, '0')}  ${row.join(' ').padEnd(47)}  ${ascii.join('')}`);
  }
  return lines.join('\n');
}
