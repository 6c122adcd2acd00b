/** What the second reading catches, by models that are played behind a real endpoint: good ones, careless ones, and ones that clear all. */
import { expect, test } from 'vitest';
import { rows } from '../../../bench/quality/support/answers.mjs';
import { harder, heldOut } from '../../../bench/quality/support/held-out.mjs';
import { ofFacts, secondReading } from '../../../bench/quality/support/second-reading.mjs';
import { fresh, states } from '../../../bench/quality/support/states.mjs';
import { readClaims, readFacts } from '../../../src/agents/loop/activities/read-claims.ts';
import type { Row } from '../../../src/agents/loop/pure/conversation.ts';
import { readAnswer } from '../../../src/agents/loop/pure/grounding.ts';
import { claimsPolicy } from '../../../src/agents/support/pure/released.ts';

const { grounding: ofDeeds } = claimsPolicy;
if (!ofDeeds) throw new Error('Support is held to its rows');
/** What a run that begins now is held to. */
const grounding = { ...ofDeeds, readsStates: true as const, readsDirections: true as const, readsFacts: true as const };
const known = { rows: rows as Readonly<Record<string, Row>>, asked: [], failed: [] };
/** What the first reading leaves to the second. */
const left = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => {
    const { reasons, unread } = readAnswer(grounding, text, known);
    return reasons.length > 0 ? [] : unread;
  });
/** What it leaves to one that reads the rows beside it. */
const leftOfFacts = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => {
    const { reasons, doubted } = readAnswer(grounding, text, known);
    return reasons.length > 0 ? [] : doubted;
  });
const all = [...Object.values(heldOut), ...Object.values(states)];
const claims = left([...all.flatMap(([each]) => each), ...harder.claims, ...fresh.claims]);
const truths = left([...all.flatMap(([, each]) => each), ...harder.truths, ...fresh.truths]);

test('what a model clears goes out, and nothing else: what it leaves out, contradicts, miscounts or is unsure of goes back, and prose to a person', async () => {
  const measured = await secondReading(readClaims, claims, truths);
  const of = (model: string) => measured.find((each) => each.model === model);
  const everything = claims.length + truths.length;
  expect(claims.length).toBeGreaterThan(60);
  expect(of('reads well')).toMatchObject({ caught: claims.length, out: 0, refused: 0, cleared: truths.length });
  expect(of('leaves every third out')).toMatchObject({ caught: claims.length, out: 0 });
  expect(of('says two things of each')).toMatchObject({ caught: claims.length, out: 0, cleared: 0 });
  expect(of('counts from zero')).toMatchObject({ caught: claims.length, out: 0 });
  expect(of('is unsure of each')).toMatchObject({ caught: claims.length, out: 0, cleared: 0 });
  expect(of('answers in prose')).toMatchObject({ toPerson: everything, out: 0 });
  // The one that nothing here can see through: how well a real model reads is its own.
  expect(of('clears all that it is given')).toMatchObject({ out: claims.length });
});

test('what is read beside its rows goes out only where each sentence is cleared, whoever reads', async () => {
  const beside: typeof readClaims = (sentences, environment, signal) =>
    readFacts({ sentences, material: JSON.stringify({ rows: known.rows }) }, environment, signal);
  const [wrong, right] = [claims, truths].map(leftOfFacts) as [string[], string[]];
  expect(right.length).toBeGreaterThan(20);
  const measured = await secondReading(beside, wrong, right, ofFacts);
  const of = (model: string) => measured.find((each) => each.model === model);
  expect(of('reads well')).toMatchObject({ caught: wrong.length, out: 0, refused: 0, cleared: right.length });
  for (const model of ['leaves every third out', 'says two things of each', 'counts from zero', 'is unsure of each'])
    expect(of(model)).toMatchObject({ caught: wrong.length, out: 0 });
  expect(of('answers in prose')).toMatchObject({ toPerson: wrong.length + right.length, out: 0 });
});
