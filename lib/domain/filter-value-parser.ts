// biome-ignore-all lint/correctness/noComponentHookFactories: DEF and ALT are words of the grammar, not components
import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import { filterMessages } from './filter-messages.ts';
import * as t from './filter-tokens.ts';
import { isStorableText } from './target-filter.ts';

export type FilterProblem = { token: IToken; message: string };

/** Values and operators of the text form; what syntax alone cannot know is noted in `problems`. */
export class FilterValueParser extends EmbeddedActionsParser {
  problems: FilterProblem[] = [];

  constructor() {
    super(t.FILTER_TOKENS, { errorMessageProvider: filterMessages });
  }

  protected valueOrList = this.RULE('valueOrList', (): string[] =>
    this.OR({
      ERR_MSG: 'a quoted text',
      DEF: [{ ALT: () => [this.SUBRULE(this.value)] }, { ALT: () => this.SUBRULE(this.list) }],
    }),
  );

  protected list = this.RULE('list', (): string[] => {
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

  protected value = this.RULE('value', (): string =>
    this.OR({
      ERR_MSG: 'a quoted text',
      DEF: [{ ALT: () => this.SUBRULE(this.quoted) }, { ALT: () => this.CONSUME(t.BareVin).image }],
    }),
  );

  /** A quoted text of 1 to 500 characters. */
  protected quoted = this.RULE('quoted', (): string => {
    const token = this.CONSUME(t.Quoted);
    return this.ACTION(() => this.unquote(token, 1, 500));
  });

  protected version = this.RULE('version', (): string => {
    const token = this.CONSUME(t.Quoted);
    return this.ACTION(() => this.unquote(token, 0, 4096));
  });

  protected comparison = this.RULE('comparison', () =>
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

  protected whole = this.RULE('whole', (): IToken => this.CONSUME(t.Whole));

  protected truth = this.RULE('truth', (): boolean => {
    this.CONSUME(t.Equal);
    return this.OR({
      ERR_MSG: 'true or false',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.True), true) },
        { ALT: () => constant(this.CONSUME(t.False), false) },
      ],
    });
  });

  protected equality = this.RULE('equality', () =>
    this.OR({
      ERR_MSG: '= or !=',
      DEF: [
        { ALT: () => constant(this.CONSUME(t.Equal), '=') },
        { ALT: () => constant(this.CONSUME(t.NotEqual), '!=') },
      ],
    }),
  );

  protected unquote(token: IToken, minimum: number, maximum: number): string {
    const quote = token.image.charAt(0);
    const text = token.image.slice(1, -1).replaceAll(quote + quote, quote);
    if (text.length < minimum) this.problem(token, 'this text must not be empty');
    if (text.length > maximum) this.problem(token, `this text has more than ${maximum} characters`);
    if (!isStorableText(text))
      this.problem(token, 'this text has a NUL or half a character, which no field can hold');
    return text;
  }

  protected checkRange(token: IToken, minimum: number, maximum: number): void {
    const value = Number(token.image);
    if (value < minimum || value > maximum)
      this.problem(token, `expected a number from ${minimum} to ${maximum}, found ${token.image}`);
  }

  protected problem(token: IToken, message: string): void {
    this.problems.push({ token, message });
  }
}

/** The value that a consumed token stands for. */
export function constant<const T>(_consumed: IToken, value: T): T {
  return value;
}
