/** What `fanfold doctor` says of research: the model, and the keys of sources. */
import type { DoctorFinding } from '../../command.ts';
import { complete, modelConfigured } from '../model/completion.ts';

export function checks(environment: NodeJS.ProcessEnv): DoctorFinding[] {
  return [model(environment), ...keys(environment)];
}

const patienceMs = 30_000;

/** One tiny answer of the model that is set. */
export async function deepChecks(environment: NodeJS.ProcessEnv): Promise<DoctorFinding[]> {
  const what = 'An answer of the model';
  if (!modelConfigured(environment)) return [];
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new Error(`nothing came in ${patienceMs / 1000} s`)), patienceMs);
  const began = Date.now();
  try {
    const asked = { instructions: 'Answer with the one word: ready', prompt: 'Are you ready?', maxTokens: 64 };
    const { model: name, usage } = await complete({ ...asked, signal: waiting.signal }, environment);
    const tokens = usage.inputTokens + usage.outputTokens;
    return [{ what, ok: true, found: `${name} in ${Date.now() - began} ms, ${tokens} tokens`, needed: false }];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [
      { what, ok: false, found, needed: false, advice: 'look at OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL' },
    ];
  } finally {
    clearTimeout(timer);
  }
}

function model(environment: NodeJS.ProcessEnv): DoctorFinding {
  const ok = modelConfigured(environment);
  const found = ok ? (environment['OPENAI_MODEL'] ?? 'the default model') : 'none';
  return {
    what: 'Model',
    ok,
    found,
    needed: false,
    advice: 'set OPENAI_BASE_URL or OPENAI_API_KEY for answers written by a model',
  };
}

function keys(environment: NodeJS.ProcessEnv): DoctorFinding[] {
  return ['OPENALEX_API_KEY', 'SEMANTIC_SCHOLAR_API_KEY', 'FANFOLD_CONTACT'].map((name) => {
    const ok = Boolean(environment[name]);
    return {
      what: name,
      ok,
      found: ok ? 'set' : 'not set',
      needed: false,
      advice: 'optional: the source answers more often with it',
    };
  });
}
