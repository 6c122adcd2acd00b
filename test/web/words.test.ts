/** What the page says of a run: its rule, its cost, and where it is. */
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/core/live/control.ts';
import { stopText } from '../../src/core/live/stop-text.ts';
import { steps, throttledText } from '../../web/limit-series.ts';
import { ruleText, waitText } from '../../web/run/rule.ts';
import { usageOf, usageOfAll } from '../../web/run/usage.ts';
import type { Row } from '../../web/run/rows.ts';
import { formOf, startOf, valueOf, type OpenApi } from '../../web/start/schema.ts';

const progress = (more: Partial<Progress>): Progress => ({
  name: 'tasks',
  total: 5,
  queued: 0,
  running: 2,
  succeeded: 2,
  failed: 1,
  concurrency: 5,
  startedAt: 0,
  minimum: {},
  tasks: [],
  ...more,
});

describe('the stopping rule in words', () => {
  it.each([
    [{}, ''],
    [{ minimum: { successes: 3 } }, '2 of 3 needed succeeded'],
    [{ minimum: { ratio: 0.4 } }, 'the 2 needed succeeded'],
    [{ minimum: { ratio: 0.5 }, deadlineAt: 3100 }, '2 of 3 needed succeeded, 2.1 s left'],
    [{ deadlineAt: 900 }, 'the deadline has come'],
    [{ stoppedBy: 'unreachable' as const }, 'stopped because the minimum could no longer be reached'],
  ])('%j is “%s”', (more, text) => {
    expect(ruleText(progress(more), 1000)).toBe(text);
  });

  it('names a reason that only a newer service knows as it is', () => {
    expect(stopText('quota' as never)).toBe('stopped because quota');
  });

  it('says at which limit a task waits, why, and until when', () => {
    expect(waitText({ limit: 'api', why: 'queued' }, 0)).toBe('waits its turn at api');
    expect(waitText({ limit: 'api', why: 'throttled', until: 1500 }, 0)).toContain('for lack of room, again in 1.5 s');
  });
});

describe('what a task cost', () => {
  it.each([
    [{ usage: { input: 10, output: 5 } }, { tokens: 15 }],
    [
      { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }, cost: 0.02 },
      { tokens: 15, cost: 0.02 },
    ],
    [{ tokens: 7 }, { tokens: 7 }],
  ])('is read from %j', (result, usage) => {
    expect(usageOf(result)).toEqual(usage);
  });

  it.each([undefined, null, 'tokens', 3, [], {}, { input: 1, output: 2 }, { tokens: 'many' }, { usage: null }])(
    'is not guessed from %j',
    (result) => {
      expect(usageOf(result)).toBeUndefined();
    },
  );

  it('is summed over those that say it, and nothing where nobody does', () => {
    const row = (result: unknown): Row => ({ id: 'a', state: 'succeeded', place: 0, depth: 0, result });
    expect(usageOfAll([row({ tokens: 1 }), row('none'), row({ tokens: 2, cost: 3 })])).toEqual({ tokens: 3, cost: 3 });
    expect(usageOfAll([row(1)])).toBeUndefined();
  });
});

describe('the form of a start', () => {
  const document: OpenApi = {
    components: { schemas: { Options: { type: 'object', properties: { concurrency: { type: 'integer' } } } } },
    paths: {
      '/runs/tasks': {
        post: {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  anyOf: [
                    { type: 'object', properties: { tasks: { type: 'array' } } },
                    {
                      type: 'object',
                      properties: {
                        options: { $ref: '#/components/schemas/Options' },
                        input: { type: 'object', properties: { tasks: { type: 'array' } } },
                      },
                    },
                  ],
                },
              },
            },
          },
        },
      },
    },
  };

  it('is that with `input`, whatever else a kind takes, with references resolved', () => {
    expect(startOf(document, 'tasks')).toEqual({
      input: { type: 'object', properties: { tasks: { type: 'array' } } },
      options: { type: 'object', properties: { concurrency: { type: 'integer' } } },
    });
    expect(startOf(document, 'nothing')).toBeUndefined();
  });

  it.each([
    ['question', { type: 'string' }, 'longText'],
    ['name', { type: 'string' }, 'text'],
    ['n', { type: 'integer' }, 'number'],
    ['on', { type: 'boolean' }, 'boolean'],
    ['ids', { enum: ['plain', 'hashed'], type: 'string' }, 'choice'],
    ['sources', { type: 'array', items: { type: 'string' } }, 'lines'],
    ['deadline', { anyOf: [{ type: 'number' }, { type: 'string' }] }, 'text'],
    ['tasks', { type: 'array', items: { type: 'object' } }, 'json'],
    ['source', { oneOf: [{ type: 'object' }, { type: 'object' }] }, 'json'],
    ['anything', {}, 'json'],
  ] as const)('fills in %s of %j as %s', (name, schema, form) => {
    expect(formOf(name, schema)).toBe(form);
  });

  it('leaves out what was left empty, and says what is no JSON', () => {
    expect(valueOf('text', ' ')).toBeUndefined();
    expect(valueOf('number', '3')).toBe(3);
    for (const [form, said] of [
      ['number', '9007199254740993'],
      ['json', '{"guest":9007199254740993}'],
    ] as const)
      expect(() => valueOf(form, said)).toThrow('9007199254740993 would be rounded');
    expect(valueOf('boolean', '')).toBeUndefined();
    expect(valueOf('boolean', 'false')).toBe(false);
    expect(valueOf('lines', 'a\n\n b \n')).toEqual(['a', 'b']);
    expect(valueOf('json', '[1]')).toEqual([1]);
    expect(() => valueOf('json', '[1')).toThrow('is no JSON');
  });
});

describe('how a limit went', () => {
  const points = [3, 5, 5, 1].map((value, minute) => ({ at: minute * 60_000, value }));

  it('says what came of a counter since, also over one that began anew', () => {
    expect(steps(points).map(({ value }) => value)).toEqual([0, 2, 0, 1]);
    expect(throttledText(1, points)).toBe('1, +3 in the last 3 min 0 s');
    expect(throttledText(7, points.slice(1, 3))).toBe('7');
    expect(throttledText(7, [])).toBe('7');
  });
});
