/** The measure of `bench/quality/research`, held to its least: most of a busy machine's time goes into reading the documents. */
import { expect, test } from 'vitest';
import { measure } from '../../../bench/quality/research/measure.mjs';
import { createResearchActivities } from '../../../src/agents/research/activities/index.ts';

test('of the questions held out, four fifths are answered with their fact, and what no document answers is not', async () => {
  const { figures } = await measure(createResearchActivities, { which: 'held' });
  expect(figures.questions).toBe(15);
  expect(figures.said).toBeGreaterThanOrEqual(12);
  expect(figures.deep).toBeGreaterThanOrEqual(10);
  expect(figures.said).toBeGreaterThan(figures.bm25);
  expect(figures.silent).toBeGreaterThanOrEqual(3);
}, 180_000);
