/** The body of a start and of a message, made from a kind's own schema: `{ id?, input, options? }`. */
import { given } from '../core/given.ts';
import { z } from 'zod';
import type { RunContext } from '../core/run.ts';
import type { Kind } from '../runs/kind.ts';
import { docs } from '../runs/schema.ts';
import { mapKind, tasksKind } from '../runs/kinds.ts';
import { newRunId, runOptions } from './schemas.ts';

export interface Start {
  readonly id?: string;
  readonly input: RunContext;
}

/** Options beside the input win over those inside it; the library's own kinds take the input's fields at the top as well. */
export function bodyOf(kind: Kind): z.ZodType<Start> {
  const input = remoteOf(kind);
  const wrapped = z
    .strictObject({ id: z.exactOptional(newRunId), options: z.exactOptional(kind.options ?? runOptions), input })
    .transform(({ id, input: fields, options }) => ({
      ...given({ id }),
      input: withOptions(fields, options),
    }));
  const isOurs = kind === (tasksKind as Kind) || kind === (mapKind as Kind);
  if (!isOurs || !(input instanceof z.ZodObject)) return wrapped;
  const bare = input
    .extend({ id: z.exactOptional(newRunId) })
    .transform(({ id, ...fields }) => ({ ...(typeof id === 'string' ? { id } : {}), input: fields }));
  return z.union([wrapped, bare]);
}

/** Those beside the input win. */
function withOptions(input: RunContext, beside: unknown): RunContext {
  return { ...input, options: { ...input.options, ...(beside as RunContext['options']) } };
}

/** A message of a thread: an input of the kind, as it is or within `input`. */
export interface Said {
  readonly kind: Kind;
  readonly messageId?: string;
  readonly input: RunContext;
}

const messageId = z.string().min(1).max(200).register(docs, {
  description: 'Names the message, so that one that is sent again begins nothing again',
});

/** The thread knows itself what was said before. */
export function bodyOfMessage(kind: Kind): z.ZodType<Said> {
  const input = remoteOf(kind);
  const options = z.exactOptional(kind.options ?? runOptions);
  const ofThread = { kind: z.exactOptional(z.literal(kind.name)), messageId: z.exactOptional(messageId) };
  const wrapped = z.strictObject({ ...ofThread, options, input }).transform((said): Said => {
    return { kind, input: withOptions(said.input, said.options), ...given({ messageId: said.messageId }) };
  });
  if (!(input instanceof z.ZodObject)) return wrapped;
  const bare = input.extend(ofThread).transform(({ kind: _kind, messageId: named, ...asked }): Said => {
    return { kind, input: asked, ...given({ messageId: named as string | undefined }) };
  });
  return z.union([wrapped, bare]);
}

/** What a redrive carries over is no caller's to say. */
function remoteOf({ input, remote }: Kind): z.ZodType<RunContext> {
  if (remote) return remote;
  if (!(input instanceof z.ZodObject)) return input;
  const carried = ['redriveOf', 'known'].filter((name) => Object.hasOwn(input.shape, name));
  // Zod takes only names that it sees in the type; those here were looked up in the shape.
  return input.omit(Object.fromEntries(carried.map((name) => [name, true as const])) as never) as never;
}
