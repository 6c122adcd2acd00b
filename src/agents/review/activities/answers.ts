/**
 * What a model said of a part that has not changed since is not asked and paid for again; kept for a month on this machine.
 * The key covers all that the answer depends on: the endpoint, its model, the instructions and every line that was shown.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openStore, type Store } from '../../../activities/index.ts';
import { modelSettings } from '../../model/settings.ts';
import { structured, type Structured, type StructuredInput } from '../../model/structured.ts';

export interface AnswerCache {
  /** Undefined where there is none, or none that can be read. */
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
}

const prefix = 'answers/';
const longestMs = 30 * 24 * 3600_000;

/**
 * @param home where it lies; nothing is kept without one
 * @param coded makes a store one whose objects pass through the worker's payload codecs
 */
export function answerCache(home: string | undefined, coded: (store: Store) => Store = (store) => store): AnswerCache {
  if (home === undefined) return { get: async () => undefined, put: async () => {} };
  // Not the store of runs, which is cleaned by what runs refer to.
  const store = coded(openStore(join(home, 'review'), {}));
  let swept: Promise<void> | undefined;
  const sweep = async (): Promise<void> => {
    const oldest = Date.now() - longestMs;
    for await (const { key, modifiedAt } of store.list(prefix)) if (modifiedAt < oldest) await store.delete(key);
  };
  return {
    async get(key) {
      const bytes = await store.get(prefix + key).catch(() => undefined);
      const kept = bytes && (parsed(bytes) as { at?: unknown; value?: unknown } | undefined);
      return typeof kept?.at === 'number' && kept.at > Date.now() - longestMs ? kept.value : undefined;
    },
    async put(key, value) {
      // A review does not fail as its cache cannot be written.
      await (swept ??= sweep().catch(() => {}));
      const body = Buffer.from(JSON.stringify({ at: Date.now(), value }));
      await store.put(prefix + key, body).catch(() => {});
    },
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

export interface ReviewerAnswer<T> extends Structured<T> {
  /** It was kept from an earlier call, and costs nothing. */
  readonly kept?: true;
}

/** As `structured`, unless the same was asked within a month. @throws {ApplicationFailure} as `structured` does */
export async function askOnce<T>(
  request: StructuredInput<T>,
  cache: AnswerCache,
  environment: NodeJS.ProcessEnv,
): Promise<ReviewerAnswer<T>> {
  const { instructions, prompt, schema, name } = request;
  // A model may be set for reviews alone.
  const { baseURL, model, api, temperature, query } = modelSettings(environment, name);
  const asked = [{ baseURL, model, api, temperature, query }, instructions, prompt];
  const key = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  const kept = (await cache.get(key)) as { value?: unknown; model?: unknown } | undefined;
  const known = schema.safeParse(kept?.value);
  if (known.success && typeof kept?.model === 'string')
    return { value: known.data, model: kept.model, usage: { inputTokens: 0, outputTokens: 0 }, kept: true };
  const answer = await structured(request, environment);
  await cache.put(key, { value: answer.value, model: answer.model });
  return answer;
}
