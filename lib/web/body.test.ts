import { expect, test } from 'vitest';
import { z } from 'zod';
import { readInput, readText, refuseNul } from './body.ts';

const post = (body: string | ReadableStream) =>
  new Request('http://console.test/', { method: 'POST', body, duplex: 'half' } as RequestInit);

test('a body within its limit comes whole, also where characters are cut between chunks', async () => {
  const bytes = Buffer.from('"🚗"');
  const cut = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, 3));
      controller.enqueue(bytes.subarray(3));
      controller.close();
    },
  });
  expect(await readInput({ input: z.unknown() }, post(cut))).toBe('🚗');
  expect(await readText(post('abc'), 3)).toBe('abc');
});

test('an endless body is refused once it is above its limit', async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  await expect(readText(post(endless), 10 * 1024)).rejects.toMatchObject({ httpStatus: 413 });
  expect(sent).toBeLessThan(20);
});

test('what is no JSON, and an address with a NUL, are the sender’s faults', async () => {
  await expect(readInput({ input: z.unknown() }, post('{'))).rejects.toMatchObject({ httpStatus: 422 });
  expect(() => refuseNul('http://console.test/api/search?q=a%00')).toThrow('NUL');
  expect(() => refuseNul('http://console.test/api/search?q=a%20')).not.toThrow();
});
