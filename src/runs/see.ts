/** What may be seen of a run besides its outcome: what its workflow answers, or its answer in a form of its kind. */
import { FanfoldError } from '../errors.ts';
import { packageFacts } from '../packages/files.ts';
import type { Store } from '../store/store.ts';
import type { AnswerText } from './face.ts';
import { readInput } from './input.ts';
import type { Form, Sight, Written } from './kind.ts';
import { own, whereAnswered } from './live-names.ts';
import type { RunSource } from './run-source.ts';
import { completedOrThrow, type RunView } from './run-view.ts';
import { askingOpen } from './update.ts';
import { describeRun } from './view.ts';

interface Seer extends RunSource {
  readonly store: Pick<Store, 'get'>;
  get(runId: string): Promise<RunView>;
}

/**
 * @returns undefined as long as there is none
 * @throws {FanfoldError} of type `InvalidInput` where the run's kind has nothing of that name, or as {@link seeForm} does
 */
export async function see(client: Seer, runId: string, name: string): Promise<unknown> {
  const { kind } = await describeRun(client, runId);
  const sight = own(client.kinds.find(kind)?.sights, name);
  if (sight) return ask(client, runId, sight);
  const written = await seeForm(client, await client.get(runId), name);
  return typeof written === 'object' ? joined(written) : written;
}

/**
 * The answer of a run in a form of its kind, which may be one of many pieces.
 *
 * @returns undefined as long as there is no answer
 * @throws {FanfoldError} of type `InvalidInput` where the run's kind has no such form
 * @throws {RunFailedError} where the run is over and has no answer
 */
export async function seeForm(client: Seer, view: RunView, name: string): Promise<Written | undefined> {
  const { runId } = view;
  const kind = client.kinds.find(view.kind);
  const form = own(kind?.forms, name);
  if (!form) throw new FanfoldError('InvalidInput', `A run of kind '${view.kind}' has no '${name}' to see`, 'name');
  const answer = view.answer ?? (await before(client, view, form));
  if (answer === undefined) return undefined;
  const { store } = client;
  return form.write(answer, {
    runId,
    input: await readInput(client.temporal, runId),
    version: packageFacts().version,
    store,
  });
}

/** What is the answer of a run that waits for a person, such as a report to be signed, and what the run was asked. */
export interface OpenAnswer {
  readonly answer: unknown;
  readonly input: object;
}

/** Writes for people what came of a run, or what it waits with; undefined where there is neither. */
export type AnswerWriter = (view: RunView, open?: OpenAnswer) => AnswerText | undefined;

/** Undefined of a run that is over, that has come to none, or whose kind has none before the end. */
export async function seeOpenAnswer(client: Seer, view: RunView): Promise<OpenAnswer | undefined> {
  const form = Object.values(client.kinds.find(view.kind)?.forms ?? {}).find(({ sight }) => sight !== undefined);
  if (!form || view.status !== 'running') return undefined;
  const answer = await before(client, view, form);
  return answer === undefined || answer === null
    ? undefined
    : { answer, input: await readInput(client.temporal, view.runId) };
}

/** The answer as a document in Markdown, where there is one and the kind writes it so. */
export async function seeDocument(client: Seer, view: RunView): Promise<string | undefined> {
  const forms = Object.entries(client.kinds.find(view.kind)?.forms ?? {});
  const [name, form] = forms.find(([, { mediaType }]) => mediaType === 'text/markdown') ?? [];
  const isThere = view.answer !== undefined || (view.status === 'running' && form?.sight !== undefined);
  if (name === undefined || !isThere) return undefined;
  const written = await seeForm(client, view, name);
  return typeof written === 'object' ? joined(written) : written;
}

/** What is the answer of a run that still goes on. @throws {RunFailedError} where it does not */
async function before(client: Seer, view: RunView, { sight: name }: Form): Promise<unknown> {
  if (view.status !== 'running') return completedOrThrow(view).answer;
  const sight = name === undefined ? undefined : own(client.kinds.find(view.kind)?.sights, name);
  return sight && ask(client, view.runId, sight);
}

function ask(client: Seer, runId: string, { query }: Sight): Promise<unknown> {
  const handle = client.temporal.workflow.getHandle(runId);
  return askingOpen(client, runId, () => whereAnswered(handle.query(query)));
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
