/** What `fanfold doctor` says of research: the model, and the keys of sources. */
import type { DoctorFinding } from '../../command.ts';
import { modelConfigured } from '../model/completion.ts';

export function checks(environment: NodeJS.ProcessEnv): DoctorFinding[] {
  return [model(environment), ...keys(environment)];
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
