import { Targets } from '@tufjs/models';
import { describe, expect, it } from 'vitest';
import { AnnouncementSigned, DirectorTargets } from '../protocol/ota-update.ts';
import { buildAnnouncement, buildDirectorTargets, type DirectorStep } from './director.ts';

const SHA256 = 'a'.repeat(64);
const input = {
  vin: 'WVWZZZ1JZXW000001',
  version: 4,
  issuedAt: new Date('2026-11-23T12:00:00.123Z'),
  expiresAt: new Date('2026-11-30T12:00:00Z'),
};

function step(ecuId: string): DirectorStep {
  return {
    ecuId,
    ecuType: 'BMS',
    releaseId: 'r1',
    version: '3.0',
    hardwareIds: ['HW1'],
    releaseCounter: 3,
    length: 1024,
    sha256: SHA256,
    preconditions: { parked: true, minimumBatteryPercent: 30, ignition: 'off' },
    userInformation: {},
  };
}

describe('Director document', () => {
  const offer = { campaignId: 'c1', attempt: 2, steps: [step('BMS-REAR'), step('BMS-FRONT')] };
  const document = buildDirectorTargets({ ...input, offer });

  it('parses by the wire contract and as TUF targets metadata', () => {
    expect(DirectorTargets.parse(document)).toEqual(document);
    expect(Object.keys(Targets.fromJSON(JSON.parse(JSON.stringify(document))).targets)).toHaveLength(2);
  });

  it('keeps two ECUs with the same file apart, in the order of installation', () => {
    expect(Object.values(document.targets).map(({ custom }) => [custom.ecuId, custom.installOrder])).toEqual([
      ['BMS-REAR', 0],
      ['BMS-FRONT', 1],
    ]);
  });

  it('cancels by wanting nothing', () => {
    const cancelling = buildDirectorTargets({ ...input, version: 5 });
    expect(DirectorTargets.parse(cancelling)).toMatchObject({ version: 5, targets: {} });
    expect(cancelling).not.toHaveProperty('campaignId');
  });
});

describe('announcement', () => {
  it('parses by the wire contract', () => {
    const announcement = buildAnnouncement({
      ...input,
      campaignId: 'c1',
      attempt: 1,
      wave: 0,
      releases: [
        {
          releaseId: 'r1',
          ecuType: 'BMS',
          version: '3.0',
          hardwareVersions: ['HW1'],
          fromVersions: { kind: 'any' },
        },
      ],
      bucket: { from: 0, to: 100 },
      spreadSeconds: 60,
    });
    expect(AnnouncementSigned.parse(announcement)).toEqual(announcement);
    expect(announcement).toMatchObject({ issuedAt: '2026-11-23T12:00:00Z', models: [] });
  });
});
