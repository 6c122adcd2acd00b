/** Everything that can fail: fanfold's own activities, and what activities of one's own are written with. */
export * from './activities/index.ts';
export { createActivities, type ActivitiesOptions } from './agents/activities.ts';
