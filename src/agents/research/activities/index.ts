/** Research as activities: one searches a source, one writes the answer. Neither needs a worker: both run anywhere. */
import {
  currentContext,
  currentSignal,
  given,
  readSettings,
  type Limits,
  type Part,
  type Settings,
} from '../../../activities/index.ts';
import { span } from '../../../core/text/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import { createDepthActivities } from './depth/index.ts';
import { checkSources } from './sources/described.ts';
import type { ResearchEquipment } from './equipment.ts';
import { createSources } from './sources/index.ts';
import type { Passage } from './sources/source.ts';
import { synthesize, type Answer, type SynthesizeInput } from './synthesize.ts';

export interface SearchSourceInput {
  readonly source: string;
  readonly question: string;
  /** How many passages at most. @default 8 */
  readonly limit?: number;
  /** The folder to search, where the source is one. */
  readonly folder?: string;
  /** For how long its result is waited for, in ms, so that pages behind hits do not cost the hits. @default as long as it takes */
  readonly withinMs?: number;
  /** How many of the pages behind its hits may be read. @default as many as the source says */
  readonly pages?: number;
}

export interface ResearchActivitiesOptions {
  /** Where the index of documents is kept. */
  readonly home: string;
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** The named limits of the worker. @default those of `fanfold.config` */
  readonly limits?: Limits | undefined;
}

export interface ResearchPartOptions {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limits: Limits;
  readonly settings: Pick<Settings, 'sources' | 'file'>;
}

const mostPassages = 50;
const longestText = 4000;
/** What one search may put into a workflow's history, in bytes of JSON. */
const mostBytes = 100 * 1024;
/** Attempts of the model before the answer is made without it. */
const modelAttempts = 3;

/** Its settings are read at first use. */
export function createResearchActivities({ home, environment = process.env, limits }: ResearchActivitiesOptions) {
  let read: Promise<ResearchEquipment> | undefined;
  return activitiesOf(environment, () => {
    read ??= readSettings(environment).then((settings) => ({
      sources: createSources({ home, environment, descriptions: checkSources(settings) }),
      limits: limits ?? settings.limits,
    }));
    return read;
  });
}

function activitiesOf(environment: NodeJS.ProcessEnv, equipment: () => Promise<ResearchEquipment>) {
  return {
    ...createDepthActivities(equipment, environment),
    /** Passages of one source for a question, best first, after those documents (`unread`) that it could not read; none is an answer too. */
    async searchSource({
      source,
      question,
      limit = 8,
      folder,
      withinMs,
      pages,
    }: SearchSourceInput): Promise<Passage[]> {
      if (folder !== undefined) refuseFolderOfData();
      const most = Math.max(1, Math.min(mostPassages, Math.trunc(limit) || 1));
      const { sources } = await equipment();
      const asked = { limit: most, signal: currentSignal(), ...given({ withinMs: leftOf(withinMs), pages }) };
      const found = await sources
        .find(source, folder)
        .search(question, asked)
        .catch((error: unknown) => {
          throw withinReach(error, leftOf(withinMs));
        });
      const passages = found.filter((passage) => passage.unread === undefined).slice(0, most);
      // Gaps are few and short, and what is truncated is what comes last.
      return boundedPassages([...found.filter((passage) => passage.unread !== undefined), ...passages]);
    },
    /** One answer from all that was found, which says what is missing. */
    async synthesizeAnswer(input: SynthesizeInput): Promise<Answer> {
      return synthesize(input, { environment, signal: currentSignal(), mayRetry: mayRetry() });
    },
  };
}

/** Whoever may start a run of tasks as data may not thereby read the worker's disk. */
function refuseFolderOfData(): void {
  const workflow = currentContext()?.info.workflowType;
  if (workflow !== 'runTasks' && workflow !== 'mapItems' && workflow !== 'mapBranch') return;
  throw ApplicationFailure.nonRetryable(
    'A task given as data searches no folder; a research run does, when it is started from the shell or the client',
    'FolderRefused',
  );
}

/** Texts are truncated first, then the last passages go, as the first are the best. */
function boundedPassages(passages: readonly Passage[]): Passage[] {
  const kept: Passage[] = [];
  let bytes = 2;
  for (const passage of passages) {
    const short = { ...passage, snippet: passage.snippet.slice(0, longestText) };
    if (passage.text !== undefined) short.text = passage.text.slice(0, longestText);
    bytes += Buffer.byteLength(JSON.stringify(short)) + 1;
    if (bytes > mostBytes) break;
    kept.push(short);
  }
  return kept;
}

/** Whether Temporal will try this attempt again if it fails. */
function mayRetry(): boolean {
  const info = currentContext()?.info;
  if (!info) return false;
  const allowed = info.retryPolicy?.maximumAttempts || modelAttempts;
  return info.attempt < Math.min(allowed, modelAttempts);
}

/** @throws {SettingsError} for sources that cannot be meant */
export function researchPart({ home, environment, limits, settings }: ResearchPartOptions): Part {
  const sources = createSources({ home, environment, descriptions: checkSources(settings) });
  const activities = activitiesOf(environment, async () => ({ sources, limits }));
  return { activities, open: ['searchSource'] };
}

/** In ms: who is to be asked again so shortly before nobody waits any more is not. */
const shortestTry = 500;
const usualDelayMs = 1000;

/** A failure that its retry would come too late for is final, so that the run says why and not that it was still running. */
function withinReach(error: unknown, leftMs: number | undefined): unknown {
  if (leftMs === undefined || !(error instanceof ApplicationFailure) || error.nonRetryable) return error;
  const delayMs = Number(error.nextRetryDelay ?? usualDelayMs);
  if (!(delayMs + shortestTry > leftMs)) return error;
  const { message } = error;
  const why = `${message.replace(/\.$/, '')}; to ask it again after ${span(delayMs)} would be too late`;
  return ApplicationFailure.create({
    message: why,
    nonRetryable: true,
    type: error.type ?? 'Unavailable',
    details: error.details ?? [],
  });
}

/** Whoever asks waits since the first attempt was scheduled, not since this one began. */
function leftOf(withinMs: number | undefined): number | undefined {
  const since = currentContext()?.info.scheduledTimestampMs;
  return withinMs === undefined || since === undefined ? withinMs : withinMs - Math.max(0, Date.now() - since);
}
