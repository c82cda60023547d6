import type { Random } from './random.ts';

export type Sent = { topic: string; payload: string | Buffer };
export type AirRates = { duplicate: number; reorder: number; corrupt: number };

/**
 * The air between vehicle and broker: messages may come twice, change places with the next one, or have a
 * damaged copy beside them.
 */
export function faultyAir(rates: AirRates, random: Random): (message: Sent) => Sent[] {
  let held: Sent | undefined;
  return (message) => {
    const out: Sent[] = [];
    if (random() < rates.corrupt) out.push({ ...message, payload: damage(message.payload, random) });
    if (held === undefined && random() < rates.reorder) {
      held = message;
      return out;
    }
    out.push(message);
    if (held !== undefined) out.push(held);
    held = undefined;
    if (random() < rates.duplicate) out.push(message);
    return out;
  };
}

function damage(payload: string | Buffer, random: Random): Buffer {
  const bytes = Buffer.from(payload);
  const cut = bytes.subarray(0, Math.floor(bytes.length * random()));
  return Buffer.concat([cut, Buffer.from([0xff, 0x00, 0x7b])]);
}
