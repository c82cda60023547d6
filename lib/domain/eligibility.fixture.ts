import { expect } from 'vitest';
import { aCatalog } from './catalog.fixture.ts';
import type { CatalogRelease } from './catalog.ts';
import type { ConfiguredEcu } from './configuration.ts';
import { describeReason } from './describe-reason.ts';
import { type ConfigurationVerdict, decideConfiguration } from './eligibility.ts';
import { type ExclusionCode, ExclusionReason } from './exclusion-reason.ts';

export type ConfigurationCase = {
  ecus: ConfiguredEcu[];
  releases: CatalogRelease[];
  /** Releases that the catalog has beside those of the campaign. */
  catalog?: CatalogRelease[];
  rollback?: boolean;
};

/** Decides one configuration in a catalog of just these releases. */
export function decide({
  ecus,
  releases,
  catalog = [],
  rollback = false,
}: ConfigurationCase): ConfigurationVerdict {
  return decideConfiguration({ ecus }, { releases, rollback }, aCatalog([...releases, ...catalog]));
}

export const codesOf = (reasons: readonly ExclusionReason[]) => reasons.map(({ code }) => code);

/** Expects these codes in this order, each reason of the schema and with a sentence. */
export function expectReasons(reasons: readonly ExclusionReason[], expected: readonly ExclusionCode[]): void {
  for (const reason of reasons) {
    expect(ExclusionReason.parse(reason)).toEqual(reason);
    expect(describeReason(reason)).toMatch(/^[A-Z“].*\.$/);
    expect(describeReason(reason)).not.toMatch(/undefined|\[object/);
  }
  expect(codesOf(reasons)).toEqual(expected);
}

/** Reasons that follow from configuration, campaign and catalog alone; all others are the vehicle's. */
export const CONFIGURATION_CODES: readonly ExclusionCode[] = [
  'unknown_version',
  'hardware_mismatch',
  'from_version_not_allowed',
  'newer_installed',
  'no_such_ecu',
  'ecu_missing',
  'ecu_swapped',
  'ecu_unhealthy',
  'dependency_unmet',
  'release_withdrawn',
  'release_not_released',
  'skilled_person_only',
  'rollback_not_allowed',
];
