import { expect, it } from 'vitest';
import { ClientQueue } from './client-queue.ts';

const named = (brokerCounter: number) => ({ brokerId: 'b', brokerCounter });

it('gives no message the id of another that is under way', () => {
  const queue = new ClientQueue('c', 'b', 10);
  const [first, second] = [queue.add(named(1)), queue.add(named(2))];
  queue.number(first, 65_535);
  expect(queue.freeId(65_535, first)).toBe(65_535);
  expect(queue.freeId(65_535, second)).toBe(1);
  queue.number(second, 1);
  expect(queue.withMessageId(65_535)).toBe(first);
  expect(queue.freeId(1, first)).toBe(2);
});
