/** A value as it arrives in a browser: instants are ISO texts. */
export type Plain<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T;

/** The value as plain JSON; only for values that hold nothing but what JSON and instants hold. */
export function toPlain<T>(value: T): Plain<T> {
  return JSON.parse(JSON.stringify(value));
}
