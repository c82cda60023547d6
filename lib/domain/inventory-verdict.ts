import type { InventoryVerdict } from './assignment-snapshot.ts';
import type { UpdateStep } from './configuration.ts';
import type { AssignmentState } from './states.ts';

/** What an ECU runs now; `undefined` where it is absent or missing from the last report. */
export type InstalledVersion = (ecuId: string) => string | undefined;

export type InventoryPlan = {
  state: AssignmentState;
  /** Full target set, ECUs included that had it when the plan was made. */
  targets: readonly { ecuId: string; version: string }[];
  /** What the plan changes. */
  steps: readonly UpdateStep[];
  /** The campaign still runs; later only a return to the old version is of interest. */
  campaignActive: boolean;
};

const SETTLED_AT_TARGET: ReadonlySet<AssignmentState> = new Set(['confirmed', 'already_installed']);

/**
 * Compares inventory with the full target set of an assignment. `partial` speaks of the ECUs that the plan changes:
 * some are at their target and others are not. `undefined` where the inventory has nothing to say, as when a later
 * campaign has brought a confirmed vehicle to yet another version.
 */
export function inventoryVerdict(
  plan: InventoryPlan,
  installed: InstalledVersion,
): InventoryVerdict | undefined {
  const { state, targets, steps, campaignActive } = plan;
  if (targets.length === 0) return undefined;
  const off = targets.filter(({ ecuId, version }) => installed(ecuId) !== version).map(({ ecuId }) => ecuId);
  if (off.length === 0) return { kind: 'at_target' };
  if (SETTLED_AT_TARGET.has(state)) {
    const returned = steps.filter(({ ecuId, fromVersion }) => installed(ecuId) === fromVersion);
    if (returned.length === 0 && !(campaignActive && steps.length === 0)) return undefined;
  }
  const changed = steps.filter(({ ecuId }) => !off.includes(ecuId));
  return changed.length > 0 ? { kind: 'partial', ecuIds: off } : { kind: 'not_at_target' };
}
