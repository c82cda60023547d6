import { expect, it } from 'vitest';
import { blockingEdges } from './blocking-edges.ts';

const unmet = {
  code: 'dependency_unmet',
  releaseId: 'r',
  ecuType: 'VCU',
  version: '2.0.0',
  ecuId: 'VCU',
  fault: 'too_old',
  neededType: 'BMS',
  neededVersion: '1.5.0',
  neededEcuId: 'BMS',
  foundVersion: '1.0.0',
};

it('names the ECU that blocks and the one that waits, once', () => {
  const reasons = [unmet, { code: 'tcu_replaced' }];
  expect(
    blockingEdges([
      { campaignState: 'running', reasons },
      { campaignState: 'paused', reasons },
    ]),
  ).toEqual([{ needed: 'BMS', waiting: 'VCU', label: 'blocks: needs 1.5.0' }]);
});

it('has nothing to say of campaigns that are over, of no reasons, and of an ECU that is not there', () => {
  expect(
    blockingEdges([
      { campaignState: 'completed', reasons: [unmet] },
      { campaignState: 'running', reasons: null },
      { campaignState: 'running', reasons: [{ ...unmet, neededEcuId: undefined }] },
    ]),
  ).toEqual([]);
});
