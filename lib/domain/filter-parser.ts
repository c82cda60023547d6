// biome-ignore-all lint/correctness/noComponentHookFactories: DEF and ALT are words of the grammar, not components
import type { IToken } from 'chevrotain';
import { FilterConditionParser } from './filter-condition-parser.ts';
import * as t from './filter-tokens.ts';
import type { TargetFilter } from './target-filter.ts';

/** The grammar of the text form: conditions joined by and, or, not, `all of` and `any of`. */
export class FilterParser extends FilterConditionParser {
  constructor() {
    super();
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

  private group(kind: 'and' | 'or', filters: TargetFilter[], token: IToken, minimum = 2): TargetFilter {
    if (filters.length > 200)
      this.problem(token, `at most 200 conditions may be joined by “${kind}”; group them by parentheses`);
    const [only] = filters;
    return only && filters.length < minimum ? only : { kind, filters };
  }
}
