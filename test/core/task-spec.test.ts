/** One parser of tasks as data: what it refuses, with the field named and open names alone listed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../src/core/errors.ts';
import { checkActivity, parseTask, type OpenNames } from '../../src/core/task-spec.ts';

const open: OpenNames = {
  activities: new Set(['echo', 'score']),
  checkLimit: (field, limit) => {
    if (limit !== 'openai') throw new InvalidOptionsError(field, 'must name a limit', limit);
  },
};
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

/** The field that is refused, or the task. */
function parsed(task: unknown): unknown {
  try {
    return parseTask(task, 'tasks[3]', open);
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.field;
    throw error;
  }
}

describe('a task as data', () => {
  it('is taken as it is where every field is as it should be', () => {
    const whole = {
      id: 'a',
      activity: 'echo',
      input: { deep: [null] },
      cost: 0,
      cacheKey: 'k',
      shared: true,
      limit: 'openai',
    };
    for (const task of [whole, { id: '__proto__', activity: 'score' }]) expect(parsed(task)).toBe(task);
  });

  it.each([
    ['tasks[3]', null],
    ['tasks[3]', 'echo'],
    ['tasks[3]', ['a', 'echo']],
    ['tasks[3].id', { activity: 'echo' }],
    ['tasks[3].id', { id: '', activity: 'echo' }],
    ['tasks[3].id', { id: 7, activity: 'echo' }],
    ['tasks[3].activity', { id: 'a' }],
    ['tasks[3].activity', { id: 'a', activity: 5 }],
    ['tasks[3].activity', { id: 'a', activity: ['echo'] }],
    ['tasks[3].activity', { id: 'a', activity: { toString: 'echo' } }],
    ['tasks[3].activity', { id: 'a', activity: 'planPart' }],
    ['tasks[3].cost', { id: 'a', activity: 'echo', cost: -1 }],
    ['tasks[3].cost', { id: 'a', activity: 'echo', cost: '1' }],
    ['tasks[3].cacheKey', { id: 'a', activity: 'echo', cacheKey: 5 }],
    ['tasks[3].cacheKey', { id: 'a', activity: 'echo', cacheKey: '' }],
    ['tasks[3].shared', { id: 'a', activity: 'echo', cacheKey: 'k', shared: false }],
    ['tasks[3].shared', { id: 'a', activity: 'echo', shared: true }],
    ['tasks[3].limit', { id: 'a', activity: 'echo', limit: 'unknown' }],
    ['tasks[3].acitvity', { id: 'a', activity: 'echo', acitvity: 'echo' }],
    ['tasks[3].__proto__', JSON.parse('{ "id": "a", "activity": "echo", "__proto__": {} }')],
  ])('is refused at %s: %j', (field, task) => {
    expect(parsed(task)).toBe(field);
  });

  it('may not name what every object inherits, and the refusal lists the open names alone', () => {
    for (const activity of inherited) {
      expect(parsed({ id: 'a', activity })).toBe('tasks[3].activity');
      expect(() => checkActivity('activity', activity, open.activities)).toThrow(/there is: echo, score\)/);
    }
  });

  it('is a task with an open name or a refusal with a field, whatever comes', () => {
    const value = fc.anything({ withNullPrototype: true });
    fc.assert(
      fc.property(
        fc.oneof(value, fc.record({ id: value, activity: value, input: value }, { requiredKeys: [] })),
        (task) => {
          const found = parsed(task);
          if (typeof found === 'string') expect(found).toMatch(/^tasks\[3\]/);
          else expect(open.activities.has((found as { activity: string }).activity)).toBe(true);
        },
      ),
    );
  });
});
