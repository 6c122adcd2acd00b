/**
 * The steps of research in depth that can fail: planning, ranking, reading and writing.
 * Each is given whether to use the model. A step that fails with it fails; its workflow then takes the
 * same step without it, so that a makeshift result is never kept in the cache as the model's.
 */
import { currentSignal } from '../../../../activities/index.ts';
import { languageSentence } from '../languages.ts';
import { modelConfigured, modelWindow } from '../../../model/settings.ts';
import type { ResearchEquipment } from '../equipment.ts';
import { compose, type ComposeInput, type Composed } from './compose.ts';
import { drawClaims, type DrawInput, type Drawn } from './draw.ts';
import { planQuestions, type PlanQuestionsInput, type Planned } from './plan.ts';
import { rank, type RankInput, type Ranked } from './rank.ts';

/** What a worker has for research. */
export interface ResearchFacts {
  /** Every source by name. */
  readonly sources: readonly string[];
  /** Those of them that are folders which the configuration names. @default none */
  readonly folders?: readonly string[];
  /** The named limit of each source that has one. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Null where none is configured. */
  readonly model: string | null;
  readonly embeddingModel: string | null;
  /** What is to be said of the question's language where nothing is found. */
  readonly language?: string;
  /** Characters that fit into one call of the model, its instructions and its answer set aside. */
  readonly window: number;
}

const usualWindowTokens = 16_000;
/** For instructions and the answer. */
const setAsideTokens = 3000;
/** Most texts have four; dense ones such as code and other scripts have fewer. */
const charactersPerToken = 3;
const leastWindow = 4000;

export function createDepthActivities(equipment: () => Promise<ResearchEquipment>, environment: NodeJS.ProcessEnv) {
  const context = () => ({ environment, signal: currentSignal() });
  return {
    async researchFacts(question = ''): Promise<ResearchFacts> {
      const language = languageSentence(question, []);
      const configured = modelConfigured(environment);
      const { sources, limits } = await equipment();
      const names = sources.names();
      const limited = names.filter((name) => Object.hasOwn(limits, sources.limitOf(name)));
      const tokens = configured ? modelWindow(environment, usualWindowTokens) : usualWindowTokens;
      return {
        sources: names,
        folders: sources.folders(),
        limits: Object.fromEntries(limited.map((name) => [name, sources.limitOf(name)])),
        ...(language === '' ? {} : { language }),
        model: configured ? (environment['OPENAI_MODEL']?.trim() ?? 'default') : null,
        embeddingModel: configured ? environment['OPENAI_EMBEDDING_MODEL']?.trim() || null : null,
        window: Math.max(leastWindow, (tokens - setAsideTokens) * charactersPerToken),
      };
    },
    planQuestions: (input: PlanQuestionsInput): Promise<Planned> => planQuestions(input, context()),
    rankEvidence: (input: RankInput): Promise<Ranked> => rank(input, context()),
    drawClaims: (input: DrawInput): Promise<Drawn> => drawClaims(input, context()),
    composeDrafts: (input: ComposeInput): Promise<Composed> => compose(input, context()),
  };
}
