/** How many tasks a page has. */

/** Tasks of a page: it is what a reader holds in memory, and what one child workflow runs one by one. */
export const maxPageTasks = 500;
/** Tasks of the first page, by which the others are judged. */
export const probeTasks = 10;
