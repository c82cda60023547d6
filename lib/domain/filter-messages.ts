import { EOF, type IParserErrorMessageProvider, type IToken, type TokenType } from 'chevrotain';

/** Says what was expected, after what, and what stands there instead. */
export const filterMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, previous }) =>
    expectation(labelOf(expected), actual, previous),
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    `expected “and”, “or” or the end, found ${shown(firstRedundant)}`,
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual, previous, customUserDescription }) =>
    expectation(customUserDescription ?? firstLabels(expectedPathsPerAlt), actual[0], previous),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual, previous, customUserDescription }) =>
    expectation(customUserDescription ?? firstLabels([expectedIterationPaths]), actual[0], previous),
};

function expectation(expected: string, actual: IToken | undefined, previous: IToken): string {
  const after = isEnd(previous) ? '' : ` after ${abbreviate(previous.image)}`;
  return `expected ${expected}${after}${actual && !isEnd(actual) ? `, found ${shown(actual)}` : ''}`;
}

function firstLabels(paths: readonly (readonly (readonly TokenType[])[])[]): string {
  const labels = new Set(
    paths.flatMap((alternatives) => alternatives.flatMap((path) => (path[0] ? [labelOf(path[0])] : []))),
  );
  return [...labels].join(' or ');
}

function labelOf(type: TokenType): string {
  return type === EOF ? 'the end' : (type.LABEL ?? type.name);
}

function shown(token: IToken): string {
  return isEnd(token) ? 'the end' : abbreviate(token.image);
}

function abbreviate(image: string): string {
  return image.length > 40 ? `${image.slice(0, 39)}…` : image;
}

function isEnd(token: IToken): boolean {
  return token.tokenType === EOF;
}
