/** Research as activities. */
import type { Passage } from './sources/source.ts';
import type { Answer, SynthesizeInput } from './synthesize.ts';

export interface SearchSourceInput {
  readonly source: string;
  readonly question: string;
  readonly limit?: number;
  readonly folder?: string;
}
export interface ResearchActivitiesOptions {
  readonly home: string;
  readonly environment?: NodeJS.ProcessEnv;
}

export function createResearchActivities(_options: ResearchActivitiesOptions) {
  return {
    async searchSource(_input: SearchSourceInput): Promise<Passage[]> {
      return [];
    },
    async synthesizeAnswer(input: SynthesizeInput): Promise<Answer> {
      return {
        text: '',
        citations: [],
        model: null,
        method: 'extractive',
        note: 'No model was used.',
        missing: Object.keys(input.failed),
      };
    },
  };
}
