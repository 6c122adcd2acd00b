/**
 * The activities of fanfold's agents: one line an agent.
 * The surprising rule: research, review and reconciliation are loaded at their first call, as they bring packages that
 * who only fans out has not installed; what each has is therefore named here too.
 */
import { resolve } from 'node:path';
import { installed } from '../packages/installed.ts';
import type { Limits } from '../limits/learned/settings.ts';
import { asParts, lazily, type Part } from '../runs/part.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import type { createReconcileActivities, ReconcilePartOptions } from './reconcile/activities/index.ts';
import type * as ResearchRoom from './research/activities/index.ts';
import type { createReviewActivities } from './review/activities/index.ts';
import { checkSources } from './research/activities/sources/described.ts';
import { demoShop } from './support/activities/demo/shop.ts';
import { releasedNames, supportPart } from './support/activities/index.ts';

export { supportPart, type SupportOptions } from './support/activities/index.ts';
export type * from './support/shop.ts';

/**
 * What the activities of fanfold's agents are made from.
 *
 * @example const options: AgentPartOptions = { home: '.fanfold', environment: process.env, limits: {}, settings: await readSettings() };
 */
export interface AgentPartOptions {
  /** Where indexes and databases are. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limits: Limits;
  /** Where `parts` has support for a shop of one's own, the made-up shop is left out. */
  readonly settings: Pick<Settings, 'sources' | 'file' | 'parts'>;
  /** A store as one whose objects pass through the worker's payload codecs. @default as it is */
  readonly coded?: (store: Store) => Store;
}

type Research = ReturnType<(typeof ResearchRoom)['createResearchActivities']>;
type Review = ReturnType<typeof createReviewActivities>;
type Reconciliation = ReturnType<typeof createReconcileActivities>;

const researchNames = [
  'searchSource',
  'synthesizeAnswer',
  'researchFacts',
  'planQuestions',
  'rankEvidence',
  'drawClaims',
  'composeDrafts',
] as const satisfies readonly (keyof Research)[];
const reviewNames = [
  'planReview',
  'runAnalyser',
  'checkFile',
  'askReviewer',
] as const satisfies readonly (keyof Review)[];
const reconcileNames = [
  'readFinancialFile',
  'comparePartition',
  'makeReconciliationReport',
] as const satisfies readonly (keyof Reconciliation)[];

/**
 * The activities of fanfold's agents, to serve with changes.
 *
 * @throws {SettingsError} for sources that cannot be meant
 * @example const worker = await createWorker({ connection, agents: agentParts({ home, environment: process.env, limits: {}, settings: await readSettings() }) });
 */
export function agentParts(given: AgentPartOptions): Part[] {
  checkSources(given.settings);
  const { home, environment, coded } = given;
  return [
    {
      activities: research(({ researchPart }) => researchPart(given).activities as Research),
      open: ['searchSource'],
    },
    {
      activities: lazily<Review>(reviewNames, async () => {
        const { createReviewActivities } = await installed('Review', () => import('./review/activities/index.ts'));
        return createReviewActivities(environment, home, coded);
      }),
    },
    { activities: reconciliation(given) },
    ...support(given),
  ];
}

const isSupport = ({ activities }: Part): boolean => Object.hasOwn(activities, 'support.terms');

/** Over the shop of one's own where there is one, and else over a made-up one. */
function support({ home, environment, settings }: AgentPartOptions): Part[] {
  const own = asParts(settings.parts ?? []).find(isSupport);
  const part = own ?? supportPart({ shop: demoShop({ home, environment }), environment });
  return [...(own ? [] : [part]), releasedNames(part)];
}

function research(make: (room: typeof ResearchRoom) => Research): Research {
  return lazily<Research>(researchNames, async () =>
    make(await installed('Research', () => import('./research/activities/index.ts'))),
  );
}

function reconciliation(options: ReconcilePartOptions): Reconciliation {
  return lazily<Reconciliation>(reconcileNames, async () => {
    const room = await installed('Reconciliation', () => import('./reconcile/activities/index.ts'));
    return room.createReconcileActivities(options);
  });
}

/**
 * Where fanfold's activities keep what they know, and what limits they are under.
 *
 * @example const options: ActivitiesOptions = { home: '.fanfold', limits: { openai: { concurrency: 4 } } };
 */
export interface ActivitiesOptions {
  /** Where indexes and caches live. @default `FANFOLD_HOME` or `.fanfold` */
  readonly home?: string | undefined;
  /** The named limits of the worker. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits | undefined;
}

/**
 * fanfold's own activities, to spread beside one's own.
 *
 * @example const worker = await Worker.create({ activities: { ...createActivities(), score } });
 */
export function createActivities({
  home = resolve(process.env['FANFOLD_HOME'] ?? '.fanfold'),
  limits,
}: ActivitiesOptions = {}): Research & Reconciliation {
  const own = research(({ createResearchActivities }) => createResearchActivities({ home, limits }));
  return { ...own, ...reconciliation({ home }) };
}
