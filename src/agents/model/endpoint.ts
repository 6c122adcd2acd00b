/** The endpoint that the environment names: its client, and what is set for it. */
import { installed, ownFetch } from '../../activities/index.ts';
import type OpenAI from 'openai';
import { modelSettings, type ModelSettings } from './settings.ts';

export interface ModelEndpoint {
  readonly client: OpenAI;
  readonly settings: ModelSettings;
  readonly model: string;
  /** Milliseconds that one call may take in all; silence ends it long before. */
  readonly longestMs: number;
}

const longestMs = 900_000;
const usualTimeout = 60_000;

/**
 * @param step one for which a model of its own may be set
 * @throws {ApplicationFailure} of type `ModelNotConfigured`, naming the variable
 * @throws {FanfoldError} of type `MissingPackage`
 */
export async function endpointOf(environment: NodeJS.ProcessEnv, step?: string): Promise<ModelEndpoint> {
  const settings = modelSettings(environment, step);
  const { default: Client } = await installed('A language model', () => import('openai'));
  const client = new Client({
    apiKey: settings.apiKey,
    // Null, not undefined: otherwise the client would read the environment of the process itself.
    baseURL: settings.baseURL ?? null,
    organization: null,
    project: null,
    defaultHeaders: settings.headers,
    defaultQuery: settings.query,
    // A retry belongs to Temporal, which everyone can see.
    maxRetries: 0,
    timeout: usualTimeout,
    fetch: await ownFetch(),
    fetchOptions: { redirect: 'error' },
  });
  return { client, settings, model: settings.model, longestMs };
}
