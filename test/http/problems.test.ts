/** What errors become: problem documents of a bounded size, whatever went wrong and however often. */
import { performance } from 'node:perf_hooks';
import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import { describe, expect, it } from 'vitest';
import { describeIssues } from '../../src/http/issues.ts';
import { describeProblem, isStorageFull } from '../../src/http/problems.ts';

const issue = (instancePath: string, params: object = {}): ZodFastifySchemaValidationError =>
  ({ instancePath, message: 'must be a text', keyword: '', schemaPath: '', params }) as never;

describe('mistakes', () => {
  it('are counted all, and told up to a hundred', () => {
    const begun = performance.now();
    const { detail, field, errors } = describeIssues(
      Array.from({ length: 400_000 }, (_, index) => issue(`/tasks/${index}/id`)),
    );
    expect({ detail, field }).toEqual({
      detail: '`tasks[0].id`: must be a text (and 399999 more)',
      field: 'tasks[0].id',
    });
    expect(errors).toHaveLength(100);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('of a union are those of the form that was meant, however many there are', () => {
    const inner = Array.from({ length: 200_000 }, (_, index) => ({ path: ['tasks', index], message: 'no' }));
    const errors = [[{ path: [], message: 'input', keys: ['tasks'] }], inner];
    const told = describeIssues([issue('', { errors })]);
    expect(told).toMatchObject({ field: 'tasks[0]', detail: '`tasks[0]`: no (and 199999 more)' });
    expect(told.errors).toHaveLength(100);
  });

  it('are short, however long a name is', () => {
    const told = describeIssues([issue('', { keys: ['x'.repeat(1_000_000)] })]);
    expect(JSON.stringify(told).length).toBeLessThan(3000);
  });
});

describe('a full disk', () => {
  it.each([
    Object.assign(new Error('write failed'), { code: 'ENOSPC' }),
    new Error('13 INTERNAL: database or disk is full (13)'),
    new Error('could not extend file "base/1": No space left on device'),
    new Error('Failed to start', {
      cause: new Error('store', { cause: Object.assign(new Error('x'), { code: 'EDQUOT' }) }),
    }),
  ])('is 507 and says so: %s', (error) => {
    expect(isStorageFull(error)).toBe(true);
    expect(describeProblem(error, '/runs/tasks').problem).toMatchObject({ status: 507, title: 'Storage full' });
  });

  it('is no other error, and causes in a circle end', () => {
    const circle = new Error('round');
    circle.cause = circle;
    for (const error of [circle, new Error('spaceship'), 'ENOSPC', undefined]) expect(isStorageFull(error)).toBe(false);
  });
});
