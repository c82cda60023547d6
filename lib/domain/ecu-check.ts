import { type Catalog, type CatalogRelease, orderOf } from './catalog.ts';
import type { ConfiguredEcu } from './configuration.ts';
import type { ExclusionReason } from './exclusion-reason.ts';
import { compareVersions, isKnownVersion, matchesFromVersions, type VersionComparison } from './version.ts';

export type EcuVerdict =
  | { kind: 'at_target'; release: CatalogRelease }
  | { kind: 'update'; release: CatalogRelease }
  | { kind: 'blocked'; release: CatalogRelease; reasons: ExclusionReason[] };

/**
 * What a campaign's releases of one ECU type mean for one ECU of that type. Of several releases that fit its
 * hardware, the newest that it may install counts; if there is none, the newest one says why.
 */
export function checkEcu(
  ecu: ConfiguredEcu,
  candidates: readonly [CatalogRelease, ...CatalogRelease[]],
  campaign: { rollback: boolean; allowSkilledPersonOnly?: boolean | undefined },
  catalog: Catalog,
): EcuVerdict {
  if (ecu.state === 'missing') {
    const release = candidates[0];
    return { kind: 'blocked', release, reasons: [{ code: 'ecu_missing', ...about(release, ecu) }] };
  }
  const order = orderOf(catalog.orders, ecu.type);
  const [newest, ...older] = candidates
    .filter((release) => release.hardwareVersions.includes(ecu.hardwareVersion))
    .toSorted((a, b) => descending(compareVersions(order, a.version, b.version)));
  if (newest?.version === ecu.softwareVersion) return { kind: 'at_target', release: newest };

  const judge = (release: CatalogRelease): EcuVerdict => {
    const reasons = [
      ...releaseReasons(release, campaign),
      ...conditionReasons(ecu, release),
      ...versionReasons(ecu, release, campaign.rollback, catalog),
    ];
    return reasons.length === 0 ? { kind: 'update', release } : { kind: 'blocked', release, reasons };
  };
  const verdict = judge(newest ?? candidates[0]);
  if (verdict.kind === 'update') return verdict;
  const step = older.find(
    (release) => release.version !== ecu.softwareVersion && judge(release).kind === 'update',
  );
  return step ? { kind: 'update', release: step } : verdict;
}

function descending(comparison: VersionComparison): number {
  return comparison === 'unknown' ? 0 : -comparison;
}

/** Why a release itself may not be offered now. */
export function releaseReasons(
  release: CatalogRelease,
  campaign: { allowSkilledPersonOnly?: boolean | undefined },
): ExclusionReason[] {
  const { id: releaseId, ecuType, version } = release;
  const reasons: ExclusionReason[] = [];
  if (release.state === 'withdrawn') reasons.push({ code: 'release_withdrawn', releaseId, ecuType, version });
  if (release.state === 'draft') reasons.push({ code: 'release_not_released', releaseId, ecuType, version });
  if (release.skilledPersonOnly && !campaign.allowSkilledPersonOnly)
    reasons.push({ code: 'skilled_person_only', releaseId, ecuType, version });
  return reasons;
}

/** The release and ECU that a reason speaks of. */
export function about(release: CatalogRelease, ecu: ConfiguredEcu) {
  return { releaseId: release.id, ecuType: release.ecuType, version: release.version, ecuId: ecu.ecuId };
}

function conditionReasons(ecu: ConfiguredEcu, release: CatalogRelease): ExclusionReason[] {
  const reasons: ExclusionReason[] = [];
  if (ecu.state === 'swapped') reasons.push({ code: 'ecu_swapped', ...about(release, ecu) });
  if (ecu.status !== 'ok' && ecu.status !== 'degraded') {
    reasons.push({ code: 'ecu_unhealthy', ...about(release, ecu), status: ecu.status });
  }
  if (!release.hardwareVersions.includes(ecu.hardwareVersion)) {
    const { hardwareVersion } = ecu;
    reasons.push({
      code: 'hardware_mismatch',
      ...about(release, ecu),
      hardwareVersion,
      allowed: release.hardwareVersions,
    });
  }
  return reasons;
}

function versionReasons(
  ecu: ConfiguredEcu,
  release: CatalogRelease,
  rollback: boolean,
  catalog: Catalog,
): ExclusionReason[] {
  if (ecu.softwareVersion === release.version) return [];
  const order = orderOf(catalog.orders, ecu.type);
  const installed = { ...about(release, ecu), installedVersion: ecu.softwareVersion };
  const reasons: ExclusionReason[] = [];
  if (!isKnownVersion(order, release.version))
    reasons.push({ code: 'unknown_version', ...installed, unknown: 'target' });

  if (rollback) {
    if (!isKnownVersion(order, ecu.softwareVersion))
      reasons.push({ code: 'unknown_version', ...installed, unknown: 'installed' });
    else if (!allowsRollback(ecu, release, catalog))
      reasons.push({ code: 'rollback_not_allowed', ...installed });
    return reasons;
  }
  // A version that the release's author listed is known to the catalog by that.
  const isListed =
    release.fromVersions.kind === 'list' && release.fromVersions.versions.includes(ecu.softwareVersion);
  if (!isListed && !isKnownVersion(order, ecu.softwareVersion)) {
    reasons.push({ code: 'unknown_version', ...installed, unknown: 'installed' });
  }
  if (compareVersions(order, ecu.softwareVersion, release.version) === 1)
    reasons.push({ code: 'newer_installed', ...installed });
  if (matchesFromVersions(order, release.fromVersions, ecu.softwareVersion) === false) {
    reasons.push({ code: 'from_version_not_allowed', ...installed, fromVersions: release.fromVersions });
  }
  return reasons;
}

/** The release that is left, withdrawn or not, must name the version to return to; its from-versions do not matter. */
function allowsRollback(ecu: ConfiguredEcu, target: CatalogRelease, catalog: Catalog): boolean {
  return (catalog.byType.get(ecu.type) ?? []).some(
    (left) =>
      left.state !== 'draft' &&
      left.version === ecu.softwareVersion &&
      left.rollbackTo.includes(target.version),
  );
}
