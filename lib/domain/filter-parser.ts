import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import { filterMessages } from './filter-messages.ts';
import * as t from './filter-tokens.ts';
import {
  CampaignOutcome,
  isStorableText,
  type TargetCondition,
  type TargetFilter,
  TextField,
} from './target-filter.ts';

export type FilterProblem = { token: IToken; message: string };

type EcuCondition = Extract<TargetCondition, { kind: 'ecu' }>;
type EcuTests = Pick<EcuCondition, 'hardware' | 'software'>;

const MINUTES = { m: 1, h: 60, d: 1440, w: 7 * 1440 };
const MAX_MINUTES = 10 * 366 * 1440;

/** The grammar of the text form; what it cannot know by syntax alone, it notes in `problems`. */
export class FilterParser extends EmbeddedActionsParser {
  problems: FilterProblem[] = [];

  constructor() {
    super(t.FILTER_TOKENS, { errorMessageProvider: filterMessages, skipValidations: false });
    this.performSelfAnalysis();
  }

  filter = this.RULE('filter', (): TargetFilter => this.SUBRULE(this.disjunction));

  private disjunction = this.RULE('disjunction', (): TargetFilter => {
    const filters: TargetFilter[] = [];
    const first = this.LA(1);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Or,
      ERR_MSG: 'a condition',
      DEF: () => filters.push(this.SUBRULE(this.conjunction)),
    });
    return this.ACTION(() => this.group('or', filters, first));
  });

  private conjunction = this.RULE('conjunction', (): TargetFilter => {
    const filters: TargetFilter[] = [];
    const first = this.LA(1);
    this.AT_LEAST_ONE_SEP({
      SEP: t.And,
      ERR_MSG: 'a condition',
      DEF: () => filters.push(this.SUBRULE(this.negation)),
    });
    return this.ACTION(() => this.group('and', filters, first));
  });

  private negation = this.RULE('negation', (): TargetFilter => {
    let count = 0;
    this.MANY(() => {
      this.CONSUME(t.Not);
      count += 1;
    });
    let filter: TargetFilter = this.SUBRULE(this.primary);
    for (; count > 0; count -= 1) filter = { kind: 'not', filter };
    return filter;
  });

  private primary = this.RULE(
    'primary',
    (): TargetFilter =>
      this.OR({
        ERR_MSG: 'a condition',
        DEF: [
          { ALT: () => this.SUBRULE(this.parenthesised) },
          { ALT: () => this.SUBRULE(this.everything) },
          { ALT: () => this.SUBRULE(this.anyOf) },
          { ALT: () => this.SUBRULE(this.text) },
          { ALT: () => this.SUBRULE(this.year) },
          { ALT: () => this.SUBRULE(this.online) },
          { ALT: () => this.SUBRULE(this.lastSeen) },
          { ALT: () => this.SUBRULE(this.ecu) },
          { ALT: () => this.SUBRULE(this.campaign) },
          { ALT: () => this.SUBRULE(this.skilled) },
        ],
      }),
  );

  private parenthesised = this.RULE('parenthesised', (): TargetFilter => {
    this.CONSUME(t.Open);
    const filter = this.SUBRULE(this.disjunction);
    this.CONSUME(t.Close);
    return filter;
  });

  private everything = this.RULE('everything', (): TargetFilter => {
    const token = this.CONSUME(t.All);
    const filters = this.OPTION(() => this.SUBRULE(this.members));
    return this.ACTION(() => (filters ? this.group('and', filters, token, 1) : { kind: 'all' }));
  });

  private anyOf = this.RULE('anyOf', (): TargetFilter => {
    const token = this.CONSUME(t.Any);
    const filters = this.SUBRULE(this.members);
    return this.ACTION(() => this.group('or', filters, token, 1));
  });

  private members = this.RULE('members', (): TargetFilter[] => {
    const filters: TargetFilter[] = [];
    this.CONSUME(t.Of);
    this.CONSUME(t.Open);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      ERR_MSG: 'a condition',
      DEF: () => filters.push(this.SUBRULE(this.disjunction)),
    });
    this.CONSUME(t.Close);
    return filters;
  });

  private text = this.RULE('text', (): TargetFilter => {
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

  private valueOrList = this.RULE('valueOrList', (): string[] =>
    this.OR({
      ERR_MSG: 'a quoted text',
      DEF: [{ ALT: () => [this.SUBRULE(this.value)] }, { ALT: () => this.SUBRULE(this.list) }],
    }),
  );

  private list = this.RULE('list', (): string[] => {
    const values: string[] = [];
    const open = this.CONSUME(t.Open);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      ERR_MSG: 'a quoted text',
      DEF: () => values.push(this.SUBRULE(this.value)),
    });
    this.CONSUME(t.Close);
    this.ACTION(() => {
      if (values.length > 100_000) this.problem(open, 'a list holds at most 100,000 texts');
    });
    return values;
  });

  private value = this.RULE('value', (): string =>
    this.OR({
      ERR_MSG: 'a quoted text',
      DEF: [{ ALT: () => this.SUBRULE(this.quoted) }, { ALT: () => this.CONSUME(t.BareVin).image }],
    }),
  );

  /** A quoted text of 1 to 500 characters. */
  private quoted = this.RULE('quoted', (): string => {
    const token = this.CONSUME(t.Quoted);
    return this.ACTION(() => this.unquote(token, 1, 500));
  });

  private version = this.RULE('version', (): string => {
    const token = this.CONSUME(t.Quoted);
    return this.ACTION(() => this.unquote(token, 0, 4096));
  });

  private year = this.RULE('year', (): TargetFilter => {
    this.CONSUME(t.Year);
    const operator = this.SUBRULE(this.comparison);
    const value = this.SUBRULE(this.whole);
    return this.ACTION(() => {
      this.checkRange(value, 1900, 2200);
      return { kind: 'modelYear', operator, value: Number(value.image) };
    });
  });

  private comparison = this.RULE('comparison', () =>
    this.OR({
      ERR_MSG: '=, !=, <, <=, > or >=',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.Equal), '=') },
        { ALT: () => constant(this.CONSUME(t.NotEqual), '!=') },
        { ALT: () => constant(this.CONSUME(t.LessEqual), '<=') },
        { ALT: () => constant(this.CONSUME(t.Less), '<') },
        { ALT: () => constant(this.CONSUME(t.GreaterEqual), '>=') },
        { ALT: () => constant(this.CONSUME(t.Greater), '>') },
      ],
    }),
  );

  private whole = this.RULE('whole', (): IToken => this.CONSUME(t.Whole));

  private online = this.RULE(
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

  private truth = this.RULE('truth', (): boolean => {
    this.CONSUME(t.Equal);
    return this.OR({
      ERR_MSG: 'true or false',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.True), true) },
        { ALT: () => constant(this.CONSUME(t.False), false) },
      ],
    });
  });

  private skilled = this.RULE('skilled', (): TargetFilter => {
    this.CONSUME(t.Skilled);
    return { kind: 'skilledPersonOnly', value: this.OPTION(() => this.SUBRULE(this.truth)) ?? true };
  });

  private lastSeen = this.RULE('lastSeen', (): TargetFilter => {
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

  private ecu = this.RULE('ecu', (): TargetFilter => {
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

  private ecuTest = this.RULE('ecuTest', (tests: EcuTests): void =>
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

  private equality = this.RULE('equality', () =>
    this.OR({
      ERR_MSG: '= or !=',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.Equal), '=') },
        { ALT: () => constant(this.CONSUME(t.NotEqual), '!=') },
      ],
    }),
  );

  private softwareTest = this.RULE(
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

  private knowledge = this.RULE('knowledge', () =>
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

  private campaign = this.RULE('campaign', (): TargetFilter => {
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

  private group(kind: 'and' | 'or', filters: TargetFilter[], token: IToken, minimum = 2): TargetFilter {
    if (filters.length > 200)
      this.problem(token, `at most 200 conditions may be joined by “${kind}”; group them by parentheses`);
    const [only] = filters;
    return only && filters.length < minimum ? only : { kind, filters };
  }

  private unquote(token: IToken, minimum: number, maximum: number): string {
    const quote = token.image.charAt(0);
    const text = token.image.slice(1, -1).replaceAll(quote + quote, quote);
    if (text.length < minimum) this.problem(token, 'this text must not be empty');
    if (text.length > maximum) this.problem(token, `this text has more than ${maximum} characters`);
    if (!isStorableText(text))
      this.problem(token, 'this text has a NUL or half a character, which no field can hold');
    return text;
  }

  private checkRange(token: IToken, minimum: number, maximum: number): void {
    const value = Number(token.image);
    if (value < minimum || value > maximum)
      this.problem(token, `expected a number from ${minimum} to ${maximum}, found ${token.image}`);
  }

  private problem(token: IToken, message: string): void {
    this.problems.push({ token, message });
  }
}

function constant<const T>(_consumed: IToken, value: T): T {
  return value;
}

function fieldOf(image: string): TextField {
  const name = image.toLowerCase().replace('_', '');
  return TextField.parse(name === 'timezone' ? 'timeZone' : name);
}
