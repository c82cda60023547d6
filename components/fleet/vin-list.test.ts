import { expect, it } from 'vitest';
import { vinsOf } from './vin-list.ts';

it.each([
  ['', []],
  ['  \n ', []],
  ['wvwzzz1jzxw000001', ['WVWZZZ1JZXW000001']],
  ['A1, "B2";C3\tD4\r\nE5|A1', ['A1', 'B2', 'C3', 'D4', 'E5']],
])('reads %j', (text, vins) => {
  expect(vinsOf(text)).toEqual(vins);
});
