/** Fields that have a value, for objects in which an absent field and one of `undefined` are not the same. */

/**
 * `T` without what is `undefined`: a field that may be is optional.
 *
 * @example const options: Given<{ limit: string | undefined }> = given({ limit });
 */
export type Given<T extends object> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/**
 * The own fields of an object that are not `undefined`, so that optional values need no spread of a condition each.
 *
 * @example given({ id, limit: undefined }) // { id }
 * @example return { runId, ...given({ answer, redriveOf }) };
 */
export function given<T extends object>(fields: T): Given<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  // `fromEntries` makes own fields of all names, `__proto__` too, which an assignment would not.
  return Object.fromEntries(kept) as Given<T>;
}
