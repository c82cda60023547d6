import { z } from 'zod';
import { FromVersions, Preconditions, UserInformation } from '../protocol/ota-update.ts';
import { VersionText } from '../protocol/version-text.ts';

/** How the versions of an ECU type are ordered. */
export const VersionScheme = z.enum(['semver', 'dotted', 'lineage']);
export type VersionScheme = z.infer<typeof VersionScheme>;

export const EcuTypeName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._:/-]*$/, 'letters, digits, space and . _ : / -');
export type EcuTypeName = z.infer<typeof EcuTypeName>;

/** What another ECU type of the same vehicle must have. */
export const ReleaseDependency = z.object({
  ecuType: EcuTypeName,
  minimumVersion: VersionText,
  /** `true`: a release of the same campaign may bring it; `false`: it must be installed already. */
  maySameCampaign: z.boolean().default(true),
});
export type ReleaseDependency = z.infer<typeof ReleaseDependency>;

/** A catalog entry as its author writes it. */
export const ReleaseDefinition = z.object({
  ecuType: EcuTypeName,
  version: VersionText,
  hardwareVersions: z.array(VersionText).min(1).max(200),
  fromVersions: FromVersions.default({ kind: 'any' }),
  dependencies: z.array(ReleaseDependency).max(50).default([]),
  notes: z.string().max(20_000).default(''),
  userInformation: UserInformation.default({}),
  preconditions: Preconditions.default({ parked: true, minimumBatteryPercent: 0, ignition: 'any' }),
  /** Only a skilled person may carry out this update (UN R156 §7.2.2.4). */
  skilledPersonOnly: z.boolean().default(false),
  /** Earlier versions to which a rollback campaign may return from this release. */
  rollbackTo: z.array(VersionText).max(100).default([]),
});
export type ReleaseDefinition = z.infer<typeof ReleaseDefinition>;

export const ReleaseState = z.enum(['draft', 'released', 'withdrawn']);
export type ReleaseState = z.infer<typeof ReleaseState>;
