import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { BrokerNotice, BrokerNoticeReason } from './broker-notice.ts';
import { bucketOf } from './bucket.ts';
import { canonicalJson } from './canonical-json.ts';
import { EcuDetailsFull, EcuDetailsHeartbeat, EcuStatus } from './ecu-details.ts';
import { PinnedKeys, verifyEnvelope } from './envelope.ts';
import { fingerprintOf } from './fingerprint.ts';
import { OtaControl } from './ota-control.ts';
import { OtaPhase, OtaStatus } from './ota-status.ts';
import { Announcement, OtaUpdate } from './ota-update.ts';
import { OtaReceipt, TcuPresence } from './presence.ts';
import { TopicNames } from './topics.ts';
import { escapeVersion } from './version-text.ts';

const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const schemas: Record<string, z.ZodType> = {
  EcuDetailsFull,
  EcuDetailsHeartbeat,
  OtaStatus,
  TcuPresence,
  OtaControl,
  OtaUpdate,
  Announcement,
  OtaReceipt,
  BrokerNotice,
  PinnedKeys,
};
const blocks = [...text.matchAll(/^```json (\w+)\n([\s\S]*?)^```/gm)].map(([, name = '', body = '']) => ({
  name,
  body,
}));
const bodies = (name: string) =>
  blocks.filter((block) => block.name === name).map((block) => JSON.parse(block.body));

describe('docs/protocol.md', () => {
  it('has an example of every message', () => {
    expect(new Set(blocks.map(({ name }) => name))).toEqual(new Set(Object.keys(schemas)));
    expect(bodies('OtaControl').map(({ kind }) => kind)).toEqual(['ack', 'report', 'urls']);
  });

  it.each(blocks)('shows a valid $name', ({ name, body }) => {
    expect(schemas[name]?.safeParse(JSON.parse(body))).toMatchObject({ success: true });
  });

  it('shows true signatures, fingerprint, canonical form and bucket', () => {
    const keys = PinnedKeys.parse(bodies('PinnedKeys')[0]);
    for (const envelope of bodies('OtaUpdate')) expect(verifyEnvelope(envelope, keys.director)).toBe(true);
    for (const envelope of bodies('Announcement'))
      expect(verifyEnvelope(envelope, keys.announcement)).toBe(true);
    const [report] = bodies('EcuDetailsFull');
    const [heartbeat] = bodies('EcuDetailsHeartbeat');
    expect(heartbeat.fingerprint).toBe(fingerprintOf(report));
    const shown = /```text canonical\n(.*)\n```/.exec(text)?.[1];
    expect(shown).toBe(canonicalJson({ tcu: report.tcu, ecus: report.ecus.toReversed() }));
    expect(text).toContain(`it is ${bucketOf('c1', 'WVWZZZ1JZXW000001')}`);
  });

  it('shows true escapes', () => {
    const rows = [...text.matchAll(/^\| `(".*")` \| `(.*)` \|$/gm)];
    expect(rows.length).toBeGreaterThan(3);
    for (const [, raw = '', escaped] of rows) expect(escapeVersion(JSON.parse(raw))).toBe(escaped);
  });

  it('names every phase, status, reason and topic', () => {
    const words = [...OtaPhase.options, ...EcuStatus.options, ...BrokerNoticeReason.options];
    for (const word of [...words, ...Object.values(TopicNames.parse({}))]) expect(text).toContain(word);
  });
});
