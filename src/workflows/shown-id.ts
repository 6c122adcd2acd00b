/** How this workflow's tasks are called where the server shows them: as they are, or by opaque ids. */
import { uuid4 } from '@temporalio/workflow';
import { opaqueId, saltOf } from '../core/opaque-id.ts';

/** A workflow's module state is its own. */
let salt: string | undefined;
let hashed = false;

/** Takes the salt that came with the run's input. @param args of the workflow */
export function takeSalt(args: readonly unknown[]): void {
  const found = saltOf(args[0]);
  if (found === undefined) return;
  salt = found;
  hashed = true;
}

/** For the calls of a workflow of one's own; from now on its tables have no ids either. */
export function hashIds(): void {
  hashed = true;
}

/** What came with the run's input, for its children. */
export function runSalt(): string | undefined {
  return salt;
}

/**
 * The id as it may be seen.
 *
 * @example await sleep('1 day', { summary: `waits for ${shownId(order.id)}` });
 */
export function shownId(id: string): string {
  return hashed ? opaqueId((salt ??= uuid4()), id) : id;
}

/** Undefined where tasks are called by their own ids. */
export function hashedId(id: string): string | undefined {
  return hashed ? shownId(id) : undefined;
}
