/** How an activity that dispatches by name finds what it may call. */

/** Finds an activity by a name from outside, as far as the workflow that asks may name it; undefined otherwise. */
export type FindActivity = (name: unknown) => ((input: unknown) => unknown) | undefined;
