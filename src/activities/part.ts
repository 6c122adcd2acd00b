/** Activities that belong together, and the names by which data may call them. */

export type Activity = (...args: never[]) => unknown;

/** Activities that belong together, such as those of an agent, with the names among them that runs of tasks may call. */
export interface Part {
  readonly activities: Readonly<Record<string, Activity>>;
  /** Names that a start, an added task, a map run, a page query or the cache may give. @default none */
  readonly open?: readonly string[];
}

/** Finds an activity by a name from outside, as far as the workflow that asks may name it; undefined otherwise. */
export type FindActivity = (name: unknown) => ((input: unknown) => unknown) | undefined;
