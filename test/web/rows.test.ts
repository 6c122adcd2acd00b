/** The tasks of a run as the page lists them: each once, the worst first, and failures by their cause. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Progress, TaskProgress } from '../../src/core/live/control.ts';
import type { TaskError, TaskResult } from '../../src/core/task.ts';
import { causesOf } from '../../web/run/causes.ts';
import {
  addResults,
  keyOf,
  percentilesOf,
  rowOfResult,
  rowsOf,
  sorted,
  spanOf,
  tallyOf,
  withSeen,
  type Row,
} from '../../web/run/rows.ts';

const succeeded = (id: string, durationMs = 10): TaskResult => ({
  id,
  success: true,
  result: id,
  durationMs,
  attempts: 1,
  startedAt: 1000,
});
const failed = (id: string, message: string, kind: TaskError['kind'] = 'failed'): TaskResult => ({
  id,
  success: false,
  error: { kind, name: 'Error', message },
  durationMs: 5,
  attempts: 1,
  ...(kind === 'notStarted' ? {} : { startedAt: 1000 }),
});
const fanOut = (name: string, tasks: readonly TaskProgress[], more: Partial<Progress> = {}): Progress => ({
  name,
  total: tasks.length,
  queued: 0,
  running: tasks.length,
  succeeded: 0,
  failed: 0,
  concurrency: 5,
  startedAt: 900,
  minimum: {},
  tasks,
  ...more,
});
const settled = (...results: TaskResult[]): ReadonlyMap<string, Row> =>
  new Map(results.map((result, place) => [result.id, rowOfResult(result, place)]));
const rows = (...results: TaskResult[]): Row[] => results.map((result, place) => rowOfResult(result, place));

describe('rows of a run', () => {
  it('show each task once, as it settled where it did and as it is where it runs', () => {
    const progress = [
      fanOut('tasks', [
        { id: 'a', state: 'running', startedAt: 1000 },
        { id: 'b', state: 'running', startedAt: 1000 },
        { id: 'c', state: 'queued' },
      ]),
    ];
    const found = rowsOf({ progress }, settled(succeeded('a'), failed('beyond-the-list', 'no')), new Set());
    expect(found.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'succeeded'],
      ['b', 'running'],
      ['c', 'queued'],
      ['beyond-the-list', 'failed'],
    ]);
  });

  it('show two items of one name as two rows, each at its own place', () => {
    const known = new Map<string, Row>();
    addResults(known, [succeeded('a'), failed('a', 'no')]);
    addResults(known, [succeeded('b')]);
    const found = rowsOf({}, known, new Set());
    expect(found.map(({ id, state, place, twin }) => [id, state, place, twin])).toEqual([
      ['a', 'succeeded', 0, undefined],
      ['a', 'failed', 1, 1],
      ['b', 'succeeded', 2, undefined],
    ]);
  });

  it('of one name are told apart by their keys, also where the answer has them, and in what failed', () => {
    const results = [succeeded('a'), failed('a', 'no'), failed('a', 'no')];
    const found = rowsOf({ fanIn: { results } as never }, new Map(), new Set());
    expect(new Set(found.map(keyOf)).size).toBe(3);
    expect(found.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'failed']);
    expect(causesOf(found).map(({ ids }) => ids)).toEqual([found.slice(1).map(keyOf)]);
  });

  it('keep of the items that were seen of a map run only the newest, each once', () => {
    let known: ReadonlyMap<string, Row> = new Map();
    for (const ids of [['a', 'b'], ['b', 'c', 'd'], ['e']])
      known = withSeen(known, settled(...ids.map((id) => succeeded(id))), 3);
    expect([...known.keys()]).toEqual(['c', 'd', 'e']);
  });

  it('show a task that waits at a limit as waiting, with why', () => {
    const waitingFor = { limit: 'api', why: 'queued' } as const;
    const [row] = rowsOf(
      { progress: [fanOut('tasks', [{ id: 'a', state: 'running', waitingFor }])] },
      new Map(),
      new Set(),
    );
    expect(row).toMatchObject({ state: 'waiting', waitingFor });
  });

  it('show what a task fans out to only where it is unfolded, below it', () => {
    const progress = [
      fanOut('sources', [{ id: 'arxiv', state: 'running', startedAt: 1 }]),
      fanOut('arxiv', [{ id: 'arxiv/one', state: 'running', startedAt: 2 }]),
    ];
    expect(rowsOf({ progress }, new Map(), new Set()).map(({ id }) => id)).toEqual(['arxiv']);
    const unfolded = rowsOf({ progress }, new Map(), new Set(['arxiv']));
    expect(unfolded.map(({ id, depth }) => [id, depth])).toEqual([
      ['arxiv', 0],
      ['arxiv/one', 1],
    ]);
  });

  it('end, though a fan-out has the name of its own task', () => {
    const progress = [fanOut('a', [{ id: 'a', state: 'running' }]), fanOut('outer', [{ id: 'b', state: 'running' }])];
    expect(rowsOf({ progress }, new Map(), new Set(['a', 'b'])).map(({ id }) => id)).toEqual(['b']);
  });

  it('tell a task that was cut from one that failed, one that never started and one whose result is lost', () => {
    const lost = {
      ...failed('lost', 'gone'),
      error: { kind: 'failed', name: 'ResultsLost', message: 'gone' },
    } as TaskResult;
    const all = rows(failed('f', 'no'), failed('c', 'cut', 'cancelled'), failed('n', 'over', 'notStarted'), lost);
    expect(all.map(({ state }) => state)).toEqual(['failed', 'cut', 'unstarted', 'lost']);
    expect(tallyOf(all)).toMatchObject({ failed: 1, cut: 1, unstarted: 1, lost: 1, succeeded: 0 });
  });

  it('come in any order whole, and the worst first where that is asked for', () => {
    const anyRow = fc.record({ id: fc.string(), failed: fc.boolean(), durationMs: fc.nat(10_000) });
    fc.assert(
      fc.property(fc.array(anyRow), fc.constantFrom('given', 'worst', 'slowest'), (given, order) => {
        const all = given.map((each, place) =>
          rowOfResult(each.failed ? failed(each.id, 'no') : succeeded(each.id, each.durationMs), place),
        );
        const found = sorted(all, order, 0);
        expect(new Set(found)).toEqual(new Set(all));
        expect(found).toHaveLength(all.length);
        if (order === 'worst') {
          const states = found.map(({ state }) => state);
          expect(states.lastIndexOf('failed')).toBeLessThan(
            states.includes('succeeded') ? states.indexOf('succeeded') : Infinity,
          );
        }
      }),
    );
  });

  it('have a scale of time with room for each of them', () => {
    const all = rows(succeeded('a', 10), succeeded('b', 500), failed('n', 'over', 'notStarted'));
    expect(spanOf(all, { startedAt: 0 }, 9999)).toEqual({ from: 1000, to: 1500, began: 0 });
    expect(spanOf([], { startedAt: 7 }, 7)).toEqual({ from: 7, to: 8, began: 7 });
  });

  it('say how long they took, of those that ran', () => {
    const times = Array.from({ length: 100 }, (_, index) => succeeded(`${index}`, index + 1));
    expect(percentilesOf(rows(...times, failed('n', 'over', 'notStarted')))).toEqual({
      of: 100,
      half: 51,
      most: 96,
      slowest: 100,
    });
    expect(percentilesOf([])).toBeUndefined();
  });
});

describe('causes', () => {
  it('are one where errors differ by a number, an id, a name or an address, and the most frequent comes first', () => {
    const all = rows(
      failed('a', "Row 17 of 'jan.csv' at https://a.example/1 has no key 0123456789abcdef"),
      failed('b', "Row 4 of 'feb.csv' at https://b.example/2 has no key fedcba9876543210"),
      failed('c', 'Something else'),
      succeeded('d'),
    );
    expect(causesOf(all).map(({ ids, message }) => [ids, message])).toEqual([
      [['a', 'b'], "Row 17 of 'jan.csv' at https://a.example/1 has no key 0123456789abcdef"],
      [['c'], 'Something else'],
    ]);
  });

  it('are one where each message names its own task, its host or its setting', () => {
    const said = (id: string, host: string, name: string) =>
      failed(
        id,
        `${id} cannot be reached (${host}: ENOTFOUND). Check the network, or point SOURCE_${name}_URL elsewhere`,
      );
    const all = rows(
      said('arxiv', 'export.arxiv.org', 'ARXIV'),
      said('europe-pmc', 'www.ebi.ac.uk', 'EUROPE_PMC'),
      failed('wikipedia', 'wikipedia answered 500'),
    );
    expect(causesOf(all).map(({ ids }) => ids)).toEqual([['arxiv', 'europe-pmc'], ['wikipedia']]);
  });

  it('are apart where a task failed, was cut or never started with the same words', () => {
    expect(
      causesOf(rows(failed('a', 'x'), failed('b', 'x', 'cancelled'), failed('c', 'x', 'notStarted'))),
    ).toHaveLength(3);
  });

  it('are found in time linear in the texts', () => {
    const all = rows(...Array.from({ length: 2000 }, (_, index) => failed(`${index}`, `'"a.-`.repeat(20_000) + index)));
    const began = process.cpuUsage();
    causesOf(all);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(3000);
  });
});
