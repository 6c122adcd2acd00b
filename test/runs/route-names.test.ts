/** The names that a kind of one's own gives to what is said to and seen of its runs, which become routes. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Kind } from '../../src/runs/kind.ts';
import { Kinds } from '../../src/runs/kinds.ts';

const digest: Kind = {
  name: 'digest',
  workflow: 'digest',
  noun: 'page',
  input: z.looseObject({}),
  summary: () => '',
};
const form = { summary: 'As text', mediaType: 'text/plain', write: () => '' };
const sight = { summary: 'As it is', query: 'state', answer: z.string() };

test.each([
  ['a form that is a page of results of every run', { forms: { results: form } }, '`forms`, which is taken'],
  ['a sight that is the events of every run', { sights: { events: sight } }, '`sights`, which is taken'],
  ['a word that settles every run', { words: { settle: { update: 'x', summary: 'x' } } }, '`words`, which is taken'],
  ['a form that is a sight as well', { forms: { now: form }, sights: { now: sight } }, "'now' among its `forms`"],
  ['a name with a slash', { forms: { 'a/b': form } }, 'a name there is of a-z, 0-9 and -'],
])('%s is refused by its kind and name when the kinds are read', (_, more, message) => {
  expect(() => new Kinds([{ ...digest, ...more } as unknown as Kind])).toThrow(message);
});

test('a form of one kind that is a sight of another is refused', () => {
  const other: Kind = { ...digest, name: 'other', workflow: 'other', sights: { now: sight } };
  expect(() => new Kinds([{ ...digest, forms: { now: form } }, other])).toThrow("The kind 'digest' has 'now'");
});

test('two kinds may have a form of one name', () => {
  const other: Kind = { ...digest, name: 'other', workflow: 'other', forms: { csv: form } };
  expect(new Kinds([{ ...digest, forms: { csv: form } }, other]).names).toContain('other');
});
