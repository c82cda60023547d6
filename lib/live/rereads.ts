import type { AnyView, ReadQueue } from './channel.ts';
import type { LiveContext } from './view.ts';

/** So many views are read again by one statement at most. */
const MOST_AT_ONCE = 200;

type Wish = {
  params: unknown;
  last: unknown;
  begin(): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
};

/** Reads a view again in part, from its last value; `begin` is told when the read begins. */
export type Reread = (view: AnyView, params: unknown, last: unknown, begin: () => void) => Promise<unknown>;

/**
 * Views that change all the time are read again at the same moments: those of one kind are read together, so that
 * twenty vehicles that were heard of cost one statement.
 */
export function createRereads(context: LiveContext, queue: ReadQueue): Reread {
  let wishes = new Map<AnyView, Wish[]>();

  const read = async (view: AnyView, some: Wish[]) => {
    try {
      const values = await queue(async () => {
        for (const { begin } of some) begin();
        const [params, last] = [some.map((wish) => wish.params), some.map((wish) => wish.last)];
        return (await view.rereadAll?.(context, params, last)) ?? [];
      });
      for (const [index, { resolve }] of some.entries()) resolve(values[index]);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  };
  const readAll = () => {
    const gathered = wishes;
    wishes = new Map();
    for (const [view, all] of gathered) {
      for (let at = 0; at < all.length; at += MOST_AT_ONCE) void read(view, all.slice(at, at + MOST_AT_ONCE));
    }
  };

  return (view, params, last, begin) =>
    new Promise((resolve, reject) => {
      if (wishes.size === 0) setImmediate(readAll);
      const wish = { params, last, begin, resolve, reject };
      const others = wishes.get(view);
      if (others) others.push(wish);
      else wishes.set(view, [wish]);
    });
}
