import { describe, expect, it } from 'vitest';
import { CampaignDefinition } from './campaign-definition.ts';
import { decideDrift, describeDrift, impactDigest, ReviewedImpact } from './impact.ts';

const definition = CampaignDefinition.parse({ name: 'Winter', releaseIds: ['r1', 'r2'] });
const releases = [
  { releaseId: 'r1', revision: '1' },
  { releaseId: 'r2', revision: '7' },
];

describe('impact digest', () => {
  const digest = impactDigest(definition, releases);

  it('is the same however keys and releases are ordered', () => {
    const turned = Object.fromEntries(Object.entries(definition).reverse()) as CampaignDefinition;
    expect(impactDigest(turned, releases.toReversed())).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the definition and with a release', () => {
    expect(impactDigest({ ...definition, priority: 51 }, releases)).not.toBe(digest);
    expect(impactDigest(definition, [{ releaseId: 'r1', revision: '2' }, ...releases.slice(1)])).not.toBe(
      digest,
    );
    expect(impactDigest(definition, releases.slice(1))).not.toBe(digest);
  });
});

describe('drift', () => {
  const reviewed = ReviewedImpact.parse({
    digest: 'd',
    eligible: 5000,
    exclusions: { hardware_mismatch: 3, retired: 0 },
    conflicts: ['c1'],
  });

  it.each([
    ['nothing', {}, []],
    ['a move of 1 %', { eligible: 5050 }, []],
    ['a move of more than 1 %', { eligible: 5051 }, ['eligible_moved']],
    ['a fall of more than 1 %', { eligible: 4949 }, ['eligible_moved']],
    ['another digest', { digest: 'e' }, ['definition_changed']],
    ['a conflict less', { conflicts: [] }, []],
    ['a conflict more', { conflicts: ['c1', 'c2'] }, ['new_conflict']],
    ['more of a known exclusion', { exclusions: { hardware_mismatch: 40 } }, []],
    [
      'a new exclusion',
      { exclusions: { retired: 1, unknown_version: 2 } },
      ['new_exclusion', 'new_exclusion'],
    ],
  ])('%s', (_, change, expected) => {
    const decision = decideDrift(reviewed, { ...reviewed, ...change });
    expect(decision.kind === 'same' ? [] : decision.reasons.map(({ kind }) => kind)).toEqual(expected);
  });

  it('lets a small campaign move by ten', () => {
    const small = { ...reviewed, eligible: 40 };
    expect(decideDrift(small, { ...small, eligible: 50 })).toEqual({ kind: 'same' });
    expect(decideDrift(small, { ...small, eligible: 29 }).kind).toBe('drifted');
  });

  it('is told in words', () => {
    expect(describeDrift({ kind: 'new_exclusion', code: 'unknown_version', vehicles: 2 })).toBe(
      '2 vehicles are now left out: Unknown version',
    );
  });
});
