import { canonicalJson } from '#lib/protocol/canonical-json.ts';

/** One text per view and parameters, the same in the browser and the gateway. */
export function viewKey(name: string, params: unknown): string {
  return `${name}?${canonicalJson(params ?? {})}`;
}
