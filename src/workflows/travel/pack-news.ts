/** Packs that run long report what has settled, so that one task holds up no other. */
import { defineSignal, setHandler } from '@temporalio/workflow';
import { settledSignal, type CallResult, type SettledCalls } from '../../core/travel/pack.ts';

type Take = (results: readonly CallResult[]) => void;

/** Packs in flight, by the id that they were given. */
const travelling = new Map<string, Take>();
let listens = false;

/** Gives `take` what the pack reports, until the returned function is called. */
export function hearPack(id: string, take: Take): () => void {
  if (!listens)
    setHandler(defineSignal<[SettledCalls]>(settledSignal), ({ activityId, results }) =>
      travelling.get(activityId)?.(results),
    );
  listens = true;
  travelling.set(id, take);
  return () => void travelling.delete(id);
}
