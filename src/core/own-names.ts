/** What fanfold calls its own where its users name things too: activities, queries, Updates and signals. */

/** No user's name may begin with it. */
export const ownPrefix = 'fanfold.';

/** The name of something of fanfold's. */
export function prefixed(name: string): string {
  return `${ownPrefix}${name}`;
}
