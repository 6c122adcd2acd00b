/** A misspelt option is refused, with the one that was meant. */
import { expect, test } from 'vitest';
import { checkNames, gatherOptionNames } from '../../src/core/option-names.ts';
import { stage, thrownBy } from './stage.ts';

test.each([
  ['minSucessRatio', 'minSuccessRatio'],
  ['deadlin', 'deadline'],
  ['concurency', 'concurrency'],
  ['Deadline', 'deadline'],
  ['tasktimeout', 'taskTimeout'],
])('`%s` is refused, and `%s` is proposed', (given, meant) => {
  expect(() => checkNames({ [given]: 1 }, gatherOptionNames, 'a fan-out')).toThrow(
    `\`${given}\` is no option of a fan-out: did you mean \`${meant}\`?`,
  );
});

test('where none is near all are named, and what is undefined is not given', () => {
  expect(() => checkNames({ colour: 1 }, ['id', 'name'], 'it')).toThrow(
    '`colour` is no option of it: there is id, name',
  );
  expect(() => checkNames({ colour: undefined }, ['id'], 'it')).not.toThrow();
});

test('a name of any length is refused within 20 ms', () => {
  const start = process.cpuUsage();
  expect(() => checkNames({ ['x'.repeat(1_000_000)]: 1 }, gatherOptionNames, 'it')).toThrow(/is no option of it/);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(20);
});

test('every verb refuses it before anything starts, and `group` what is an option of `gather` only', async () => {
  const on = stage();
  const misspelt = { minSucessRatio: 1 } as object;
  const errors = [
    await on.run(() => thrownBy(on.gather([1], String, misspelt))),
    await on.run(() => thrownBy(on.gather({ a: () => 1 }, misspelt))),
    await on.run(() => thrownBy(on.asCompleted([1], String, misspelt).next())),
    await on.run(() => thrownBy(on.group([1], String, misspelt))),
  ];
  for (const error of errors) expect(error).toMatchObject({ name: 'InvalidOptionsError', field: 'minSucessRatio' });
  const ofGather = await on.run(() => thrownBy(on.group([1], String, { minSuccessRatio: 0.5 } as object)));
  expect(ofGather).toMatchObject({ field: 'minSuccessRatio', message: expect.stringContaining('`group`') });
});
