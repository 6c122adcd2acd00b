/** The log of a process that stays: what a collector and a person read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLine, ofSdk, Repeats, textLine, type LogFacts } from '../../src/telemetry/log.ts';

const at = new Date('2026-01-02T03:04:05.678Z');

describe('an entry', () => {
  it('is one line of JSON with its time, its level and what it is about, whatever is in it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, (message, run, cause) => {
        const line = jsonLine({ level: 'warn', message, run, cause }, at);
        // oxlint-disable-next-line no-control-regex -- they are what is looked for
        expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/);
        const { time, level, ...rest } = JSON.parse(line) as Record<string, string>;
        expect({ time, level }).toEqual({ time: at.toISOString(), level: 'warn' });
        expect(Object.keys(rest).toSorted()).toEqual(['cause', 'message', 'run']);
      }),
    );
  });

  it('keeps its words, and has no fields that nobody gave', () => {
    const entry = { level: 'error', message: 'It failed', task: 't-1', run: undefined } as const;
    expect(JSON.parse(jsonLine(entry, at))).toEqual({
      time: '2026-01-02T03:04:05.678Z',
      level: 'error',
      message: 'It failed',
      task: 't-1',
    });
  });

  it('names the run and the cause to a person, and nothing of either steers a terminal', () => {
    const entry: LogFacts = {
      level: 'error',
      message: 'Failed',
      run: 'a\u001B[2J',
      cause: 'ENOSPC: no space\nforged\u0007',
    };
    expect(textLine(entry)).toBe("fanfold: Failed of run 'a[2J': ENOSPC: no space forged");
    expect(textLine({ level: 'info', message: 'Here' })).toBe('fanfold: Here');
  });
});

describe("an entry of the SDK's log", () => {
  it('says which run and task it is about, and why', () => {
    const meta = { workflowId: 'r-1', activityId: 't-1', activityType: 'score', error: new TypeError('no') };
    expect(ofSdk({ level: 'WARN', message: 'Failing workflow task', meta }, true)).toEqual({
      level: 'warn',
      message: 'Failing workflow task',
      run: 'r-1',
      task: 't-1',
      activity: 'score',
      cause: 'TypeError: no',
    });
  });

  it('is left out where it is the result of a task, or what the watch of the server says once', () => {
    expect(ofSdk({ level: 'WARN', message: 'Activity failed' }, true)).toBeUndefined();
    const poll = { level: 'ERROR', message: 'gRPC call poll_workflow_task_queue retried 31 times' };
    expect(ofSdk(poll, true)).toBeUndefined();
    expect(ofSdk(poll, false)).toMatchObject({ level: 'error' });
    expect(ofSdk({ level: 'WARN', message: 'Odd' }, false)).toBeUndefined();
  });

  it('of the worker of a limit says nothing of workflows, which are not its business; of another it does', () => {
    const message = 'No workflows registered, not polling for workflow tasks';
    expect(ofSdk({ level: 'WARN', message, meta: { taskQueue: 'fanfold.limit.api' } }, true)).toBeUndefined();
    expect(ofSdk({ level: 'WARN', message, meta: { taskQueue: 'fanfold' } }, true)).toMatchObject({ level: 'warn' });
  });

  it('is read whatever its fields are', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(ofSdk({ level: 'ODD', message: 'x', meta: { error: circle, workflowId: 7 } }, true)).toEqual({
      level: 'info',
      message: 'x',
      cause: 'object',
    });
  });
});

describe('what comes again and again', () => {
  it('is written once a minute, with how often it came meanwhile, and for each run by itself', () => {
    const repeats = new Repeats();
    const entry = (attempt: number, run = 'a'): LogFacts => ({
      level: 'warn',
      message: `Attempt ${attempt} failed`,
      run,
    });
    expect(repeats.pass(entry(1), 0)).toEqual(entry(1));
    for (const attempt of [2, 3, 4]) expect(repeats.pass(entry(attempt), 1000)).toBeUndefined();
    expect(repeats.pass(entry(1, 'b'), 1000)).toEqual(entry(1, 'b'));
    expect(repeats.pass(entry(5), 60_000)?.message).toBe('Attempt 5 failed (and 3 times more since)');
    expect(repeats.pass(entry(6), 119_999)).toBeUndefined();
  });

  it('is remembered of a bounded number of entries', () => {
    const repeats = new Repeats();
    const told = Array.from({ length: 3000 }, (_, at_) =>
      repeats.pass({ level: 'warn', message: 'x', run: `r${at_}` }, 0),
    );
    expect(told.every((each) => each !== undefined)).toBe(true);
    expect(repeats.pass({ level: 'warn', message: 'x', run: 'r2999' }, 1)).toBeUndefined();
    expect(repeats.pass({ level: 'warn', message: 'x', run: 'r0' }, 1)).toBeDefined();
  });
});
