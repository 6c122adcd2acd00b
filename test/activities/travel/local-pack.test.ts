/** A local pack begins each task once in its process, and holds up nobody by one that is slow or fails. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { createLocalPack } from '../../../src/activities/travel/local-pack.ts';
import type { CallResult, OpenCall, PackInput } from '../../../src/core/travel/pack.ts';

const info = { isLocal: true, workflowExecution: { workflowId: 'w', runId: 'r' } };
const input: PackInput = {
  activity: 'any',
  calls: true,
  tasks: ['0', '1', '2'].map((id) => ({ id, input: [id] })),
  width: 3,
  attempts: 3,
  retry: { initialMs: 700, coefficient: 2, maximumMs: 9000, final: ['Never'] },
  reportAs: 'pack-1',
};

type Answers = Promise<readonly (CallResult | OpenCall)[]>;

/** What is asked of one worker, each time by an activity of its own. */
function worker(activity: (id: string) => unknown) {
  const began: string[] = [];
  const { runLocalPack } = createLocalPack(() => (id: unknown) => {
    began.push(String(id));
    return activity(String(id));
  });
  const ask = (more: Partial<PackInput> = {}, environment = new MockActivityEnvironment(info)): Answers =>
    environment.run(runLocalPack, { ...input, ...more });
  return { began, ask };
}

const brief = (answers: Awaited<Answers>): unknown[] =>
  answers.map((answer) => ('open' in answer ? answer.open : answer.success ? answer.result : answer.error.name));
const only = (...ids: string[]) => ({ tasks: input.tasks.filter(({ id }) => ids.includes(id)) });

test('a workflow task that comes again, as the server refused it, gets the results that there are', async () => {
  const { began, ask } = worker((id) => `did ${id}`);
  const results = ['did 0', 'did 1', 'did 2'];
  expect(brief(await ask())).toEqual(results);
  expect(brief(await ask())).toEqual(results);
  expect(began).toEqual(['0', '1', '2']);
  expect(brief(await ask({ reportAs: 'pack-2' }))).toEqual(results);
  expect(began).toHaveLength(6);
});

test('what has settled is answered after a while, and who asks for the rest waits for it without beginning it again', async () => {
  let end = (_value: string): void => {};
  const { began, ask } = worker((id) => (id === '1' ? new Promise((resolve) => (end = resolve)) : id));
  expect(brief(await ask())).toEqual(['0', 'running', '2']);
  const rest = ask(only('1'));
  end('late');
  expect(brief(await rest)).toEqual(['late']);
  expect(began).toEqual(['0', '1', '2']);
});

test('results that one message does not take come one after the other, and one that none takes is a failure', async () => {
  const { ask } = worker((id) => '漢'.repeat(id === '0' ? 700_000 : 190_000));
  const names = (answers: Awaited<Answers>): unknown[] =>
    answers.map((answer) => ('open' in answer ? answer.open : answer.success || answer.error.name));
  expect(names(await ask())).toEqual(['ResultTooLarge', true, 'running']);
  expect(names(await ask(only('2')))).toEqual([true]);
});

test('a call that fails is handed back with its attempts and its pause, unless trying again cannot help', async () => {
  const failures: Record<string, Error> = {
    0: new TypeError('soon'),
    1: ApplicationFailure.create({ message: 'later', nextRetryDelay: '5s' }),
    2: ApplicationFailure.nonRetryable('no', 'Refused'),
  };
  const { ask } = worker((id) => {
    throw failures[id] ?? new Error(id);
  });
  expect(brief(await ask())).toEqual([{ attempts: 1, delayMs: 700 }, { attempts: 1, delayMs: 5000 }, 'Refused']);
  expect(brief(await ask({ attempts: 1, reportAs: 'pack-2' }))).toEqual(['TypeError', 'ApplicationFailure', 'Refused']);
  expect(brief(await ask({ retry: { ...input.retry, final: ['TypeError'] } as never, reportAs: 'pack-3' }))[0]).toBe(
    'TypeError',
  );
});

test('results too large for one message come in several answers, and none is lost', async () => {
  const { began, ask } = worker((id) => id.padEnd(500_000, '.'));
  const lengths = (answers: readonly unknown[]): unknown[] =>
    answers.map((answer) => (typeof answer === 'string' && answer.length > 9 ? answer.length : answer));
  expect(lengths(brief(await ask()))).toEqual([500_000, 'running', 'running']);
  expect(lengths(brief(await ask(only('1', '2'))))).toEqual([500_000, 'running']);
  expect(lengths(brief(await ask(only('2'))))).toEqual([500_000]);
  expect(began).toHaveLength(3);
});

test('a pack that was cancelled, as when its worker stood still, is begun anew by who asks again', async () => {
  const { began, ask } = worker((id) => (began.length > 3 ? `${id} again` : Context.current().cancelled));
  const environment = new MockActivityEnvironment(info);
  const cut = ask({}, environment);
  await expect.poll(() => began.length).toBe(3);
  environment.cancel();
  await expect(cut).rejects.toThrow();
  expect(brief(await ask())).toEqual(['0 again', '1 again', '2 again']);
});

test('a pack of a name that is asked to do something else does that, as a signal may come with the next try of a workflow task', async () => {
  const { began, ask } = worker((id) => (id === '2' ? new Promise(() => {}) : `did ${id}`));
  expect(brief(await ask(only('0', '2')))).toEqual(['did 0', 'running']);
  const others = [
    { id: '0', input: ['another'] },
    { id: '1', input: ['1'] },
  ];
  expect(brief(await ask({ tasks: others }))).toEqual(['did another', 'did 1']);
  expect(brief(await ask({ tasks: others }))).toEqual(['did another', 'did 1']);
  expect(began).toEqual(['0', '2', 'another', '1']);
});

test('what an activity does to its arguments makes its call no other one', async () => {
  let begun = 0;
  const { runLocalPack } = createLocalPack(() => (list: unknown) => (begun++, (list as number[]).push(3)));
  const changing = { ...input, tasks: [{ id: '0', input: [[2, 1]] }] };
  const again = (): Answers => new MockActivityEnvironment(info).run(runLocalPack, structuredClone(changing));
  expect(brief(await again())).toEqual([3]);
  expect(brief(await again())).toEqual([3]);
  expect(begun).toBe(1);
});

test('a straggler is not begun again for all the packs that ended since it began', async () => {
  let end = (_value: string): void => {};
  const { began, ask } = worker((id) => (began.length === 1 ? new Promise((resolve) => (end = resolve)) : id));
  expect(brief(await ask(only('0')))).toEqual(['running']);
  for (let pack = 0; pack < 600; pack++) await ask({ ...only('1'), reportAs: `other-${pack}` });
  const rest = ask(only('0'));
  end('late');
  expect(brief(await rest)).toEqual(['late']);
  expect(began).toHaveLength(601);
});

test('rows of a fan-out are answered whole, and what is open at its deadline is ended by it', async () => {
  const { ask } = worker((id) => (id === '1' ? new Promise(() => {}) : id));
  const rows = { calls: undefined as never, deadlineAt: Date.now() + 400 };
  expect(brief(await ask(rows))).toEqual(['0', 'DeadlineExceededError', '2']);
});
