/** VINs of a pasted text, in capital letters and each once: parted by anything that is in no VIN. */
export function vinsOf(text: string): string[] {
  const words = text.toUpperCase().split(/[^A-Z0-9]+/);
  return [...new Set(words.filter((word) => word !== ''))];
}
