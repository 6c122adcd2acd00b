/** Activities that belong together, and the names by which data may call them. */

/**
 *
 * @example const score: Activity = async (person: Person) => person.age;
 */
export type Activity = (...args: never[]) => unknown;

/**
 * Activities that belong together, such as those of an agent, with the names among them that runs of tasks may call.
 *
 * @example const digestPart: Part = { activities: { summarise }, open: ['summarise'] };
 */
export interface Part {
  readonly activities: Readonly<Record<string, Activity>>;
  /** Names that a start, an added task, a map run, a page query or the cache may give. @default none */
  readonly open?: readonly string[];
}

/** Parts from a configuration. @throws {TypeError} naming what is missing */
export function asParts(values: readonly object[]): readonly Part[] {
  return values.map((value, index) => {
    const { activities, open } = value as Partial<Record<keyof Part, unknown>>;
    const isPart = typeof activities === 'object' && activities !== null && (open === undefined || Array.isArray(open));
    if (isPart) return value as Part;
    throw new TypeError(`\`parts[${index}]\` is no part: it needs \`activities\` and may have \`open\``);
  });
}

/**
 * Activities that are loaded when the first of them is called, so that a worker starts without what only they need.
 *
 * @param names all that `load` gives, since a worker registers names at its start
 */
export function lazily<T extends Readonly<Record<string, Activity>>>(
  names: readonly (keyof T & string)[],
  load: () => Promise<T>,
): T {
  let loading: Promise<T> | undefined;
  const loaded = (): Promise<T> => {
    loading ??= load().catch((error: unknown) => {
      // Whoever calls next tries again.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const call = (name: keyof T & string): Activity =>
    async function lazy(...args: never[]): Promise<unknown> {
      return (await loaded())[name]?.(...args);
    };
  return Object.fromEntries(names.map((name) => [name, call(name)])) as T;
}
