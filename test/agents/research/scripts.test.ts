/** Raised and lowered text as it is read in plain text, whatever stands around it. */
import { expect, test } from 'vitest';
import { withScripts } from '../../../src/agents/research/activities/scripts.ts';

test.each([
  ['10<sub>2</sub>', '10₂'],
  ['<b>10</b><sub>2</sub>', '<b>10</b>₂'],
  ['<b><i>10</i></b><sub>2</sub>', '<b><i>10</i></b>₂'],
  ['CO<sub>2</sub>', 'CO2'],
  ['<b>CO</b><sub>2</sub>', '<b>CO</b>2'],
  ['10<sup>3</sup>', '10³'],
  ['<em>10</em><sup>3</sup>', '<em>10</em>³'],
  ['e<sup>x</sup>', 'e^x'],
])('%s is read as %s', (marked, plain) => {
  expect(withScripts(marked)).toBe(plain);
});

test('a tag that is never closed is text, however much stands in it', () => {
  const inner = '<sub>1</sub>a'.repeat(100_000);
  expect(withScripts(`<sup>${inner}`)).toBe(`<sup>${'1a'.repeat(100_000)}`);
});
