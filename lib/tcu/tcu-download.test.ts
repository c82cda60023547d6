import { describe, expect, it } from 'vitest';
import {
  base,
  control,
  documentOf,
  offer,
  payload,
  phases,
  prepareTestTcu,
  ready,
  servePayloadBy,
  sha256,
  start,
  target,
  until,
} from '#e2e/fixtures/test-tcu.ts';

prepareTestTcu();

describe('a download', () => {
  it('resumes where the connection broke', async () => {
    const ranges: (string | undefined)[] = [];
    servePayloadBy((request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(
        from > 0 ? 206 : 200,
        from > 0 ? { 'content-range': `bytes ${from}-${payload.length - 1}/${payload.length}` } : {},
      );
      if (from > 0) response.end(payload.subarray(from));
      else response.write(payload.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    });
    start();
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('installed'));
    expect(ranges).toEqual([undefined, 'bytes=100000-']);
  });

  it.each([
    ['other bytes', () => Buffer.alloc(payload.length), 'failed:hash_mismatch'],
    ['more bytes', () => Buffer.concat([payload, payload]), 'failed:length_mismatch'],
  ])('of %s fails', async (_, body, last) => {
    servePayloadBy((_request, response) => response.end(body()));
    start();
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes(last));
    expect(phases()).not.toContain('installing');
  });

  it('asks for fresh URLs when they have expired', async () => {
    servePayloadBy((request, response) => {
      if (request.url === '/fresh') response.end(payload);
      else response.writeHead(403).end();
    });
    start();
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('requested:urls_expired'));
    await control({ v: 1, kind: 'urls', campaignId: 'c1', urls: { [sha256]: `${base}/fresh` } });
    await until(() => phases().includes('installed'));
  });
});

describe('a download without URLs', () => {
  it('fails when none come', async () => {
    start({ timing: { rebootMs: 1, recheckMs: 20, progressMs: 0, urlWaitMs: 100 } });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')], {}, {}));
    await until(() => phases().includes('failed:urls_expired'));
    expect(phases().slice(0, 3)).toEqual(['received', 'accepted', 'requested:urls_expired']);
  });
});
