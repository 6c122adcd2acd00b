/**
 * What a message wants: by a model where one is configured, else by rules.
 * A fault of the model that passes is tried again, and one that does not leaves the message to the rules.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { z } from 'zod';
import { modelConfigured } from '../../model/settings.ts';
import { structured } from '../../model/structured.ts';
import type { Classification } from './index.ts';

/**
 * How an agent sorts messages, by a model and without one.
 *
 * @example const sorting: Sorting<{ wants: string }> = { schema: z.object({ wants: z.string() }), instructions: 'Name what is wanted.', byRules: () => ({ wants: 'help' }) };
 */
export interface Sorting<I> {
  readonly schema: z.ZodType<I>;
  /** Of the model that sorts: what each value means. */
  readonly instructions: string;
  /** Without a model, and where it fails. */
  byRules(message: string): I;
  /** What of a model's reading is taken. @default all */
  trusted?(read: I, message: string): I;
}

export type Sorted = Omit<Classification, 'plan'>;

export const noUsage = { inputTokens: 0, outputTokens: 0 };
const maxTokens = 200;
/** Far more than a trace shows: it is cut once personal data is out. */
const longestShown = 5000;
/** An endpoint that cannot be asked at all is not asked again for the answer. */
const unusable = new Set(['ModelStalled', 'ModelNotConfigured']);

/** @throws {ApplicationFailure} the model's fault, only where `mayRetry` says that another attempt follows */
export async function sorted<I>(
  { schema, instructions, byRules, trusted = (read) => read }: Sorting<I>,
  message: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  mayRetry: boolean,
): Promise<Sorted & { readonly intent: I }> {
  const rules = (): { readonly intent: I; readonly usage: typeof noUsage } => ({
    intent: byRules(message),
    usage: noUsage,
  });
  if (!modelConfigured(environment)) {
    const found = rules();
    return { ...found, brain: 'rules', note: `By rules: ${shown(found.intent)}` };
  }
  try {
    const asked = { instructions, prompt: message, schema, name: 'intent', signal, maxTokens };
    const { value, usage, model } = await structured(asked, environment);
    const intent = trusted(value, message);
    return { intent, brain: 'model', note: `By ${model}: ${shown(intent)}`, usage };
  } catch (error) {
    signal.throwIfAborted();
    const isFinal = error instanceof ApplicationFailure && error.nonRetryable;
    if (mayRetry && !isFinal) throw error;
    const why = (error instanceof Error ? error.message : String(error)).slice(0, longestShown);
    const found = rules();
    const note = `By rules, as the model could not (${why}): ${shown(found.intent)}`;
    if (isFinal && !unusable.has(error.type ?? '')) return { ...found, brain: 'model', note };
    return { ...found, brain: 'rules', note, problem: why };
  }
}

/** `topics order, payments; orderId 1042`. */
function shown(intent: unknown): string {
  if (typeof intent !== 'object' || intent === null) return String(intent);
  const known = Object.entries(intent).filter(([, value]) => value !== null && value !== undefined);
  return known
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`)
    .join('; ')
    .slice(0, longestShown);
}
