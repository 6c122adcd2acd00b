/** The store as other rooms use it. */
export { openStore } from './open.ts';
export type { Store } from './store.ts';
export { openDatabase, type Database, type ExecuteStatement } from './database.ts';
