import { describe, expect, it } from 'vitest';
import { type InventoryPlan, inventoryVerdict } from './inventory-verdict.ts';

const step = (ecuId: string, fromVersion: string, toVersion: string) => ({
  ecuId,
  ecuType: ecuId,
  releaseId: `${ecuId}-release`,
  fromVersion,
  toVersion,
});
const plan: InventoryPlan = {
  state: 'installed',
  targets: [
    { ecuId: 'A', version: '2' },
    { ecuId: 'B', version: '2' },
    { ecuId: 'C', version: '7' },
  ],
  steps: [step('A', '1', '2'), step('B', '1', '2')],
  campaignActive: true,
};
const shows = (versions: Record<string, string>) => (ecuId: string) => versions[ecuId];

describe('inventoryVerdict', () => {
  it.each([
    ['the whole set', { A: '2', B: '2', C: '7' }, { kind: 'at_target' }],
    ['nothing changed, though C was there before', { A: '1', B: '1', C: '7' }, { kind: 'not_at_target' }],
    ['one of two', { A: '2', B: '1', C: '7' }, { kind: 'partial', ecuIds: ['B'] }],
    ['all that the plan changes, but C is lost', { A: '2', B: '2' }, { kind: 'partial', ecuIds: ['C'] }],
    ['an ECU that is missing', { B: '1', C: '7' }, { kind: 'not_at_target' }],
  ])('says what the inventory shows: %s', (_, versions, verdict) => {
    expect(inventoryVerdict(plan, shows(versions))).toEqual(verdict);
  });

  it('takes a return to the old version for a regression, and a later version for none', () => {
    const confirmed: InventoryPlan = { ...plan, state: 'confirmed', campaignActive: false };
    expect(inventoryVerdict(confirmed, shows({ A: '1', B: '2', C: '7' }))).toEqual({
      kind: 'partial',
      ecuIds: ['A'],
    });
    expect(inventoryVerdict(confirmed, shows({ A: '3', B: '3', C: '8' }))).toBeUndefined();
  });

  it('judges what was there at plan time only while the campaign runs', () => {
    const there: InventoryPlan = { ...plan, state: 'already_installed', steps: [] };
    expect(inventoryVerdict(there, shows({ A: '1', B: '2', C: '7' }))).toEqual({ kind: 'not_at_target' });
    expect(
      inventoryVerdict({ ...there, campaignActive: false }, shows({ A: '1', B: '2', C: '7' })),
    ).toBeUndefined();
  });

  it('has nothing to say without a target set', () => {
    expect(inventoryVerdict({ ...plan, targets: [] }, shows({}))).toBeUndefined();
  });
});
