import { describe, expect, it } from 'vitest';
import { deliveryNote } from './timeline-words.ts';

describe('deliveryNote', () => {
  it.each([
    ['a receipt is to come', 'notified', { qos: 1, receipts: true }, null],
    ['QoS 0', 'notified', { qos: 0, receipts: false }, /not observable, at QoS 0/],
    ['a broker without receipts', 'notified', { qos: 2, receipts: false }, /not observable, this broker/],
    ['an older row that does not say', 'notified', { qos: 1 }, null],
    ['another kind', 'delivered', { qos: 0, receipts: false }, null],
    ['no data', 'notified', null, null],
  ])('%s', (_, kind, data, expected) => {
    const note = deliveryNote({ kind, data });
    if (expected === null) expect(note).toBeNull();
    else expect(note).toMatch(expected);
  });
});
