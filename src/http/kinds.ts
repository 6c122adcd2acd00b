/** The kinds of run that can be started over HTTP; the type makes sure that each kind of run is here. */
import { z } from 'zod';
import type { RunInputs } from '../client.ts';
import type { RunKind } from '../core/run.ts';
import { mapInput, mapOptions } from './map.ts';
import { reviewInput } from '../agents/review/input.ts';
import { reconcileInput } from '../agents/reconcile/http.ts';
import { newRunId, researchInput, runOptions, tasksInput } from './schemas.ts';
import { supportInput } from '../agents/support/input.ts';

export interface Start<K extends RunKind> {
  readonly id?: string;
  readonly input: RunInputs[K];
}

/** The body of a start as it is sent, which becomes a {@link Start}. */
type StartBodies = { readonly [K in RunKind]: z.ZodType<Start<K>> };

const around = { id: z.exactOptional(newRunId), options: z.exactOptional(runOptions) };

/** The input's own fields at the top: `{ id?, tasks, options? }`. */
const bareTasks = tasksInput
  .extend({ id: z.exactOptional(newRunId) })
  .transform(({ id, ...input }) => ({ ...(id === undefined ? {} : { id }), input }));

const bareMap = mapInput
  .extend({ id: z.exactOptional(newRunId) })
  .transform(({ id, ...input }) => ({ ...(id === undefined ? {} : { id }), input }));

export const startBodies: StartBodies = {
  research: wrapped(researchInput),
  reconcile: wrapped(reconcileInput),
  support: wrapped(supportInput),
  tasks: z.union([wrapped(tasksInput), bareTasks]),
  map: z.union([wrappedMap(), bareMap]),
  review: wrapped(reviewInput),
};

function wrappedMap(): z.ZodType<Start<'map'>> {
  return z
    .strictObject({ ...around, options: z.exactOptional(mapOptions), input: mapInput })
    .transform(({ id, input, options }) => ({
      ...(id === undefined ? {} : { id }),
      input: { ...input, options: { ...input.options, ...options } },
    }));
}

/** Kinds of the interface that nothing serves yet. */
export const plannedKinds: ReadonlySet<string> = new Set(
  ['research', 'review', 'support', 'reconcile', 'tasks'].filter((kind) => !Object.hasOwn(startBodies, kind)),
);

/** `{ id?, input, options? }`; options beside the input win over those inside it. */
function wrapped<I extends { options?: object }>(input: z.ZodType<I>): z.ZodType<{ id?: string; input: I }> {
  return z.strictObject({ ...around, input }).transform(({ id, input: given, options }) => ({
    ...(id === undefined ? {} : { id }),
    input: { ...given, options: { ...given.options, ...options } },
  }));
}
