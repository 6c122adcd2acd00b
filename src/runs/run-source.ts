/** Where runs are, and which kinds of them are known. */
import type { Client } from '@temporalio/client';
import type { Kinds } from './kinds.ts';

export interface RunSource {
  readonly temporal: Client;
  readonly kinds: Kinds;
}
