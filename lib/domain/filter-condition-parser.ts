// biome-ignore-all lint/correctness/noComponentHookFactories: DEF and ALT are words of the grammar, not components

import * as t from './filter-tokens.ts';
import { constant, FilterValueParser } from './filter-value-parser.ts';
import { CampaignOutcome, type TargetCondition, type TargetFilter, TextField } from './target-filter.ts';

type EcuTests = Pick<Extract<TargetCondition, { kind: 'ecu' }>, 'hardware' | 'software'>;

const MINUTES = { m: 1, h: 60, d: 1440, w: 7 * 1440 };
const MAX_MINUTES = 10 * 366 * 1440;

/** Conditions of the text form: each is one test on one vehicle. */
export class FilterConditionParser extends FilterValueParser {
  protected text = this.RULE('text', (): TargetFilter => {
    const name = this.CONSUME(t.TextFieldName);
    const field = this.ACTION(() => fieldOf(name.image));
    return this.OR({
      ERR_MSG: '=, !=, in, not in or starts with',
      DEF: [
        {
          ALT: (): TargetFilter => {
            this.CONSUME(t.Equal);
            return { kind: 'text', field, operator: '=', values: this.SUBRULE(this.valueOrList) };
          },
        },
        {
          ALT: (): TargetFilter => {
            this.CONSUME(t.NotEqual);
            return { kind: 'text', field, operator: '!=', values: this.SUBRULE2(this.valueOrList) };
          },
        },
        {
          ALT: (): TargetFilter => {
            this.CONSUME(t.Starts);
            this.CONSUME(t.With);
            return { kind: 'text', field, operator: 'starts', values: this.SUBRULE3(this.valueOrList) };
          },
        },
        {
          ALT: (): TargetFilter => {
            const isNegated = this.OPTION(() => this.CONSUME(t.Not)) !== undefined;
            this.CONSUME(t.In);
            return {
              kind: 'text',
              field,
              operator: isNegated ? '!=' : 'in',
              values: this.SUBRULE(this.list),
            };
          },
        },
      ],
    });
  });

  protected year = this.RULE('year', (): TargetFilter => {
    this.CONSUME(t.Year);
    const operator = this.SUBRULE(this.comparison);
    const value = this.SUBRULE(this.whole);
    return this.ACTION(() => {
      this.checkRange(value, 1900, 2200);
      return { kind: 'modelYear', operator, value: Number(value.image) };
    });
  });

  protected online = this.RULE(
    'online',
    (): TargetFilter =>
      this.OR([
        {
          ALT: (): TargetFilter => {
            this.CONSUME(t.Online);
            return { kind: 'online', value: this.OPTION(() => this.SUBRULE(this.truth)) ?? true };
          },
        },
        { ALT: (): TargetFilter => constant(this.CONSUME(t.Offline), { kind: 'online', value: false }) },
      ]),
  );

  protected skilled = this.RULE('skilled', (): TargetFilter => {
    this.CONSUME(t.Skilled);
    return { kind: 'skilledPersonOnly', value: this.OPTION(() => this.SUBRULE(this.truth)) ?? true };
  });

  protected lastSeen = this.RULE('lastSeen', (): TargetFilter => {
    this.CONSUME(t.LastSeen);
    const operator = this.OR({
      ERR_MSG: 'within, not within or before',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.Within), 'within') },
        {
          ALT: () => {
            this.CONSUME(t.Not);
            return constant(this.CONSUME2(t.Within), 'before');
          },
        },
        { ALT: () => constant(this.CONSUME(t.Before), 'before') },
      ],
    });
    const amount = this.SUBRULE(this.whole);
    const unit = this.CONSUME(t.Unit);
    this.OPTION(() => this.CONSUME(t.Ago));
    return this.ACTION(() => {
      const factor = MINUTES[unit.image.charAt(0).toLowerCase() as keyof typeof MINUTES];
      this.checkRange(amount, 1, Math.floor(MAX_MINUTES / factor));
      return { kind: 'lastSeen', operator, minutes: Number(amount.image) * factor };
    });
  });

  protected ecu = this.RULE('ecu', (): TargetFilter => {
    const tests: EcuTests = {};
    this.CONSUME(t.Ecu);
    this.CONSUME(t.Open);
    const ecuType = this.SUBRULE(this.quoted);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE(this.ecuTest, { ARGS: [tests] });
    });
    this.CONSUME(t.Close);
    this.OPTION(() => {
      this.CONSUME(t.Dot);
      this.SUBRULE2(this.ecuTest, { ARGS: [tests] });
    });
    return { kind: 'ecu', ecuType, ...tests };
  });

  protected ecuTest = this.RULE('ecuTest', (tests: EcuTests): void =>
    this.OR({
      ERR_MSG: 'hardware or software',
      DEF: [
        {
          ALT: () => {
            const token = this.CONSUME(t.Hardware);
            const operator = this.SUBRULE(this.equality);
            const value = this.SUBRULE(this.version);
            this.ACTION(() => {
              if (tests.hardware) this.problem(token, 'hardware is tested twice');
              tests.hardware = { operator, value };
            });
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(t.Software);
            const software = this.SUBRULE(this.softwareTest);
            this.ACTION(() => {
              if (tests.software) this.problem(token, 'software is tested twice');
              tests.software = software;
            });
          },
        },
      ],
    }),
  );

  protected softwareTest = this.RULE(
    'softwareTest',
    (): NonNullable<EcuTests['software']> =>
      this.OR({
        ERR_MSG: '=, !=, <, <=, >, >=, is known or is unknown',
        DEF: [
          {
            ALT: (): NonNullable<EcuTests['software']> => {
              this.CONSUME(t.Is);
              return { operator: this.SUBRULE(this.knowledge) };
            },
          },
          { ALT: () => ({ operator: this.SUBRULE(this.comparison), value: this.SUBRULE(this.version) }) },
        ],
      }),
  );

  protected knowledge = this.RULE('knowledge', () =>
    this.OR({
      ERR_MSG: 'known or unknown',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.Known), 'known') },
        { ALT: () => constant(this.CONSUME(t.Unknown), 'unknown') },
        {
          ALT: () => {
            this.CONSUME(t.Not);
            return constant(this.CONSUME2(t.Known), 'unknown');
          },
        },
      ],
    }),
  );

  protected campaign = this.RULE('campaign', (): TargetFilter => {
    this.CONSUME(t.Campaign);
    this.CONSUME(t.Open);
    const campaignId = this.SUBRULE(this.quoted);
    this.CONSUME(t.Close);
    this.CONSUME(t.Equal);
    const token = this.OR({
      ERR_MSG: 'a state such as failed, or any',
      DEF: [{ ALT: () => this.CONSUME(t.Word) }, { ALT: () => this.CONSUME(t.Any) }],
    });
    return this.ACTION(() => {
      const outcome = CampaignOutcome.safeParse(token.image.toLowerCase());
      if (!outcome.success) this.problem(token, `“${token.image}” is no state of a vehicle in a campaign`);
      return { kind: 'campaign', campaignId, outcome: outcome.data ?? 'any' };
    });
  });
}

function fieldOf(image: string): TextField {
  const name = image.toLowerCase().replace('_', '');
  return TextField.parse(name === 'timezone' ? 'timeZone' : name);
}
