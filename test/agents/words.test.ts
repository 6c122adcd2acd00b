/** What a person says to a run of any agent is said in person: where tokens have holders, the holder is who says it. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { kinds } from '../../src/agents/kinds.ts';
import { agentKindOf } from '../../src/agents/loop/kind.ts';
import type { Kind } from '../../src/runs/kind.ts';

const all: readonly Kind[] = [...kinds, agentKindOf('desk')];
const words = all.flatMap(({ name, words: own = {} }) =>
  Object.entries(own).map(([word, said]) => ({ kind: name, word, said })),
);

test.each(words)('`$word` of $kind names the field of its person, where its body has one', ({ said }) => {
  const fields = said.body instanceof z.ZodObject ? Object.keys(said.body.shape) : [];
  expect(said.person).toBe(fields.includes('by') ? 'by' : undefined);
});

test('there are such words, of agents of one’s own too', () => {
  expect(words.filter(({ said }) => said.person === 'by').map(({ kind }) => kind)).toContain('desk');
});
