/** Where a module was not found, what rests on the members of types says nothing; what a file shows by itself is kept. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTypescript } from '../../../src/agents/review/activities/programs/typescript.ts';

const root = mkdtempSync(join(tmpdir(), 'fanfold-unresolved-'));
const rules = (lines: readonly string[]): readonly string[] => {
  const call = { root, folder: root, project: join(root, 'tsconfig.json'), files: [], projectTools: false };
  const output = { code: 2, stdout: lines.join('\n'), stderr: '', call, cwd: root };
  return readTypescript(output as unknown as Parameters<typeof readTypescript>[0]).claims.map(({ rule }) => rule);
};
const missing = "node.ts(1,20): error TS2307: Cannot find module 'lexical' or its corresponding type declarations.";
const member = "list.ts(9,5): error TS2339: Property 'getParent' does not exist on type 'ListNode'.";
const own = 'list.ts(12,5): error TS2367: This comparison appears to be unintentional.';

test('a member of a class that another file declares is not called missing', () => {
  expect(rules([missing, member, own])).toEqual(['TS2367']);
});

test.each([
  [
    'of a function that came from a module',
    'a.spec.ts(9,14): error TS2347: Untyped function calls may not accept type arguments.',
  ],
  [
    'of a module that is read for what it does',
    "app.ts(1,8): error TS2882: Cannot find module or type declarations for side-effect import of 'dom/auto'.",
  ],
  [
    'of a module that is added to',
    "made.ts(4,16): error TS2664: Invalid module name in augmentation, module 'factory' cannot be found.",
  ],
  [
    'of an index made of a type that was not found',
    "made.ts(38,3): error TS2538: Type 'symbol' cannot be used as an index type.",
  ],
  ['of a rule that nobody has thought of here', 'made.ts(40,3): error TS2999: Something of a type is not so.'],
])('nothing is said %s', (_, line) => {
  expect(rules([missing, line, own])).toEqual(['TS2367']);
});

test('what a file shows by itself is said: a function that returns nothing, an assignment to no place, a call of no base', () => {
  const codes = ['TS2335', 'TS2337', 'TS2355', 'TS2364', 'TS2378'];
  expect(rules([missing, ...codes.map((code, index) => `list.ts(${index + 1},1): error ${code}: It is so.`)])).toEqual(
    codes,
  );
});

test('what is not fit for a plain value is said all the same', () => {
  const plain = "list.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.";
  const node = "list.ts(4,7): error TS2322: Type 'ListNode' is not assignable to type 'Node'.";
  expect(rules([missing, plain, node])).toEqual(['TS2322']);
});

test('where every module was found it is', () => {
  expect(rules([member, own])).toEqual(['TS2339', 'TS2367']);
});
