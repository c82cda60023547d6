import type { Random } from './random.ts';

export type AirRates = { duplicate: number; reorder: number; corrupt: number };

/**
 * The air between vehicle and broker: messages may come twice, change places with the next one, or have a
 * damaged copy beside them.
 */
export function faultyAir(rates: AirRates, random: Random): (payload: string) => (string | Buffer)[] {
  let held: string | undefined;
  return (payload) => {
    const out: (string | Buffer)[] = [];
    if (random() < rates.corrupt) out.push(damage(payload, random));
    if (held === undefined && random() < rates.reorder) {
      held = payload;
      return out;
    }
    out.push(payload);
    if (held !== undefined) out.push(held);
    held = undefined;
    if (random() < rates.duplicate) out.push(payload);
    return out;
  };
}

function damage(payload: string, random: Random): Buffer {
  const bytes = Buffer.from(payload, 'utf8');
  const cut = bytes.subarray(0, Math.floor(bytes.length * random()));
  return Buffer.concat([cut, Buffer.from([0xff, 0x00, 0x7b])]);
}
