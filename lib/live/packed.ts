import type { Plain } from './plain.ts';

declare const content: unique symbol;

/** A value as JSON text on its way to the page. */
export type Packed<Value> = string & { readonly [content]?: Value };

/**
 * What a page starts from as one text. React would visit each member of it to send it and visit it again to receive
 * it, in the server's rendering and in the browser; a text passes as it is, and shorter.
 */
export function pack<Value>(value: Value): Packed<Plain<Value>> {
  return JSON.stringify(value);
}

export function unpack<Value>(packed: Packed<Value>): Value {
  return JSON.parse(packed);
}
