import fc from 'fast-check';
import { AssignmentState } from './states.ts';
import type { TargetCondition, TargetFilter } from './target-filter.ts';

/** Texts and versions from which a test draws, so that generated filters hit generated vehicles. */
export type FilterVocabulary = {
  text: Record<Extract<TargetCondition, { kind: 'text' }>['field'], fc.Arbitrary<string>>;
  ecuType: fc.Arbitrary<string>;
  hardware: fc.Arbitrary<string>;
  software: fc.Arbitrary<string>;
  campaignId: fc.Arbitrary<string>;
  year: fc.Arbitrary<number>;
  minutes: fc.Arbitrary<number>;
};

/** Any filter that the schema allows over a vocabulary, a few levels deep. */
export function targetFilterArbitrary(words: FilterVocabulary): fc.Arbitrary<TargetFilter> {
  const comparison = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
  const text = fc
    .constantFrom<(keyof FilterVocabulary['text'])[]>('vin', 'model', 'region', 'timeZone', 'tag')
    .chain((field) =>
      fc.record({
        kind: fc.constant('text' as const),
        field: fc.constant(field),
        operator: fc.constantFrom('=', '!=', 'in', 'starts'),
        values: fc.array(words.text[field], { minLength: 1, maxLength: 4 }),
      }),
    );
  const software = fc.oneof(
    fc.record({ operator: comparison, value: words.software }),
    fc.record({ operator: fc.constantFrom('known', 'unknown') }),
  );
  const ecu = fc.record(
    {
      kind: fc.constant('ecu' as const),
      ecuType: words.ecuType,
      hardware: fc.record({ operator: fc.constantFrom('=', '!='), value: words.hardware }),
      software,
    },
    { requiredKeys: ['kind', 'ecuType'] },
  );
  const outcome = fc.constantFrom(...AssignmentState.options, 'any' as const);
  const condition: fc.Arbitrary<TargetFilter> = fc.oneof(
    text,
    fc.record({ kind: fc.constant('modelYear' as const), operator: comparison, value: words.year }),
    fc.record({ kind: fc.constantFrom('online', 'skilledPersonOnly'), value: fc.boolean() }),
    fc.record({
      kind: fc.constant('lastSeen' as const),
      operator: fc.constantFrom('within', 'before'),
      minutes: words.minutes,
    }),
    { arbitrary: ecu, weight: 3 },
    fc.record({ kind: fc.constant('campaign' as const), campaignId: words.campaignId, outcome }),
  );
  const { filter } = fc.letrec<{ filter: TargetFilter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      condition,
      fc.constant({ kind: 'all' as const }),
      fc.record({
        kind: fc.constantFrom('and', 'or'),
        filters: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
    ),
  }));
  return filter;
}
