/** No failed task is lost to another of its name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addFailed } from '../../../src/core/map/failed-tasks.ts';

test('each of the failed has an entry of its own, whatever their ids are', () => {
  const id = fc.oneof(fc.constantFrom('a', 'a (2)', '__proto__', 'constructor', '1'), fc.string());
  fc.assert(
    fc.property(fc.array(id, { maxLength: 50 }), (ids) => {
      const failedTasks: Record<string, string> = {};
      for (const [index, each] of ids.entries()) addFailed(failedTasks, each, `${index}`);
      expect(Object.values(failedTasks).toSorted()).toEqual(ids.map((_id, index) => `${index}`).toSorted());
      for (const each of ids) expect(Object.hasOwn(failedTasks, each)).toBe(true);
    }),
  );
});
