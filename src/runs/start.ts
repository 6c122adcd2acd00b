/** Starting a run: checked in full before anything is sent, and idempotent by its id. */
import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { planFanOut } from '../core/options.ts';
import type { RunContext } from '../core/run.ts';
import type { MapOptions } from '../core/map/types.ts';
import { gatherOptions } from '../core/run-options.ts';
import { given } from '../core/given.ts';
import type { ServedNames } from '../core/task-spec.ts';
import { notesEndMemo } from '../core/end-attributes.ts';
import { tenantMemo } from '../core/tenant.ts';
import { redriveMemo } from './run-view.ts';
import { markdownText } from '../core/text/markup.ts';
import { FanfoldError } from '../errors.ts';
import { storeIdentity } from '../store/identity.ts';
import { maxStoredBytes } from '../store/payloads.ts';
import { canNoteEnd, searchableBy } from './searchable.ts';
import type { Store } from '../store/store.ts';
import { asInvalidOptions, checkGiven, checkShape } from './check-given.ts';
import { startsEagerly } from './eager.ts';
import { checkPriority, priorityOf } from './priority.ts';
import type { TenantBudgets } from '../limits/learned/tenant-budget.ts';
import { contentOf, fingerprintOf } from './content.ts';
import { spentBy } from './costs.ts';
import type { Kind } from './kind.ts';
import { runOptions } from './schema.ts';
import { assertShared } from './queue-stores.ts';
import { checkServed } from './served-names.ts';
import { memoOfMessage, reuseIn, stillAnswering, type ThreadMessage } from './thread.ts';

/** Without a store: the server refuses a payload above 2 MB, and this leaves room for what is around it. */
const maxInputBytes = 1_900_000;

/** Tasks at once that the check assumes: what a workflow takes. */
const maxConcurrency = 500;

export interface StartOptions {
  /** @default made of the kind's name and a random part */
  readonly id?: string | undefined;
  /** Where the starter reads the run's results. */
  readonly store?: Store | undefined;
  /** What sets the run apart from another one of its id, where that is not its input. */
  readonly fingerprint?: unknown;
  /** What tenants may spend, as far as whoever starts knows. */
  readonly budgets?: TenantBudgets | undefined;
  /** What the run may name, where this process has the worker. */
  readonly served?: ServedNames | undefined;
  /** The run goes on with a thread, whose id is that of the runs before it. */
  readonly thread?: ThreadMessage | undefined;
  /** By whom the run is begun: the client itself, or one on the connection of a worker of this process. */
  readonly starter: Client;
}

export interface RunsClientOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  /** Where the pages of map runs are. */
  readonly store: Store;
  /** Kinds of run beside the library's own. */
  readonly kinds: readonly Kind[];
  /** What tenants may spend: no run begins of one that has. @default nobody is refused */
  readonly budgets?: TenantBudgets | undefined;
}

/** Under which id a run is started. */
export type RunId = Pick<StartOptions, 'id'>;

/**
 * A run that was started, or was there under the same id.
 *
 * @example const { runId, created }: Started = await client.start('research', { question });
 */
export interface Started {
  readonly runId: string;
  /** False where the id was taken, and the run is the earlier one. */
  readonly created: boolean;
}

/**
 * @throws {FanfoldError} of type `InvalidInput` or `InvalidOptionsError`, naming the field, or `RunConflict` where the id
 *   is that of another run, and then nothing is started
 */
export async function startRun<I extends RunContext>(
  client: Client,
  taskQueue: string,
  kind: Kind<I>,
  input: I,
  {
    id = `${kind.name}-${randomUUID().slice(0, 8)}`,
    store,
    fingerprint = asked(input),
    served,
    budgets,
    starter,
    thread,
  }: StartOptions,
): Promise<Started> {
  const bytes = checkInput(client, kind, input);
  const content = await itemsOf(kind, input, store);
  const noted = { input: fingerprintOf(fingerprint), content };
  const refused = misnamedIn(kind, input, served) ?? (await spentBy(client, budgets, input));
  if (refused) return joinOrThrow(client, kind, id, noted, refused, thread);
  const ofStore = store && (await storeFor(client, taskQueue, kind, bytes, store));
  try {
    await starter.workflow.start(kind.workflow, {
      taskQueue,
      requestEagerStart: startsEagerly(starter.connection),
      workflowId: id,
      args: [withSalt(input)],
      memo: given({
        'fanfold.input': noted.input,
        'fanfold.items': content,
        'fanfold.store': ofStore,
        [redriveMemo]: input.redriveOf,
        [tenantMemo]: input.options?.tenant,
        [notesEndMemo]: await canNoteEnd(client),
        ...memoOfMessage(thread),
      }),
      priority: priorityOf(input.options ?? {}, id),
      ...given({ typedSearchAttributes: await searchableBy(client, kind, input) }),
      workflowIdReusePolicy: reuseIn(thread),
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: kind.quick?.(input) ? '1s' : '5s',
      staticSummary: markdownText(`${kind.name}: ${kind.summary(input)}`, 200),
    });
    return { runId: id, created: true };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return joinOrThrow(client, kind, id, noted, error, thread);
  }
}

/** Of a map run, whose items may be in a file. */
async function itemsOf(
  { workflow }: Pick<Kind, 'workflow'>,
  input: object,
  store?: Store,
): Promise<string | undefined> {
  return store && workflow === mapWorkflow ? contentOf(input, store) : undefined;
}

/** What tells a run from another one of its id. */
interface Noted {
  readonly input: string;
  /** Of the file that its items are in. */
  readonly content?: string | undefined;
}

/** The run that has the id, where it is this one; what it names may have been open when it began. @throws `why` where there is none */
async function joinOrThrow(
  client: Client,
  kind: Pick<Kind, 'name' | 'workflow'>,
  id: string,
  noted: Noted,
  why: Error,
  thread: ThreadMessage | undefined,
): Promise<Started> {
  // What has its id is the message before.
  if (thread) throw why instanceof WorkflowExecutionAlreadyStartedError ? stillAnswering(id) : why;
  await assertSame(client, kind, id, noted).catch((error: unknown) => {
    throw error instanceof WorkflowNotFoundError ? why : error;
  });
  return { runId: id, created: false };
}

/** Of each run its own, so that a task of two runs has no id in common. */
function withSalt(input: RunContext): RunContext & { readonly idSalt?: string } {
  return input.options?.ids === 'hashed' ? { ...input, idSalt: randomUUID() } : input;
}

/** From here on an input may travel through the store. */
const sharedBytes = 512 * 1024;
/** Its results are in the store of whoever starts it. */
const mapWorkflow = 'mapItems';

/** The identity of the store that the run's results will be in, of a map run. @throws {FanfoldError} of type `StoreNotShared` */
async function storeFor(
  client: Client,
  taskQueue: string,
  { workflow }: Pick<Kind, 'workflow'>,
  inputBytes: number,
  store: Store,
): Promise<string | undefined> {
  const isMap = workflow === mapWorkflow;
  // What travels through the store would be waited for without end where nobody shares it.
  if (isMap || inputBytes >= sharedBytes)
    await assertShared({ service: client.workflowService, namespace: client.options.namespace, taskQueue }, store);
  return isMap ? storeIdentity(store) : undefined;
}

/** @throws {FanfoldError} of type `RunConflict` where the run that has the id is not the one that is asked for */
async function assertSame(
  client: Client,
  kind: Pick<Kind, 'name' | 'workflow'>,
  id: string,
  wanted: Noted,
): Promise<void> {
  const { type, memo } = await client.workflow.getHandle(id).describe();
  // Runs of earlier versions have not noted their input; they are joined as ever.
  const noted = memo?.['fanfold.input'];
  const isOther = typeof noted === 'string' && noted !== wanted.input;
  if (type === kind.workflow && !isOther) return assertContent(id, memo, wanted.content);
  const what = type === kind.workflow ? 'another input' : `another kind (${type}, not '${kind.name}')`;
  throw new FanfoldError('RunConflict', `The id '${id}' is that of a run of ${what}; take another id, or none`, 'id');
}

/**
 * @param content undefined where whoever asks cannot see the items
 * @throws {FanfoldError} of type `RunConflict` where the run began with other items
 */
export function assertContent(
  id: string,
  memo: Record<string, unknown> | undefined,
  content: string | undefined,
): void {
  const noted = memo?.['fanfold.items'];
  if (typeof noted !== 'string' || content === undefined || noted === content) return;
  const message = `Run '${id}' began with other items than there are now: their file has changed since; take another id, or none`;
  throw new FanfoldError('RunConflict', message, 'id');
}

/** What a run is asked to do; how it may go about it does not make it another one. */
function asked({ options: _options, ...what }: RunContext): object {
  return what;
}

/** @returns how many bytes it has as JSON */
function checkInput<I extends RunContext>(client: Client, kind: Kind<I>, input: I): number {
  const atMost = client.options.loadedDataConverter.externalStorage ? maxStoredBytes : maxInputBytes;
  const text = serialize(input);
  const bytes = Buffer.byteLength(text);
  if (bytes > atMost) {
    throw new FanfoldError(
      'InvalidInput',
      `The input has ${bytes} bytes; at most ${atMost} fit into a run. Pass references, or split it`,
      'input',
    );
  }
  checkOptions(input, kind);
  // First what says most; on an input of another shape it may stumble, and then the schema says what is wrong.
  const stumbled = ownCheck(kind, input);
  // As it will arrive: without fields of `undefined`.
  checkShape(kind.input, JSON.parse(text));
  if (stumbled) throw stumbled;
  asInvalidOptions(() => checkRule(input.options, kind.count?.(input)));
  return bytes;
}

/** The kind's own check. @returns what it threw that is no word on the input */
function ownCheck<I extends RunContext>(kind: Kind<I>, input: I): Error | undefined {
  try {
    asInvalidOptions(() => kind.check?.(input));
    return undefined;
  } catch (error) {
    if (error instanceof FanfoldError || !(error instanceof Error)) throw error;
    return error;
  }
}

/** What is wrong with the names that the run gives. */
function misnamedIn<I extends RunContext>(kind: Kind<I>, input: I, served?: ServedNames): FanfoldError | undefined {
  try {
    if (served) asInvalidOptions(() => checkServed(kind, input, served));
    return undefined;
  } catch (error) {
    if (error instanceof FanfoldError) return error;
    throw error;
  }
}

/** Before the schema, whose words on an option would say less. */
function checkOptions({ options = {} }: RunContext, { options: own }: Pick<Kind, 'options'>): void {
  if (typeof options !== 'object' || options === null)
    throw new FanfoldError('InvalidInput', '`options` must be an object', 'options');
  const { shape } = own instanceof z.ZodObject ? own : runOptions;
  checkGiven(options, Object.keys(shape), 'a run');
  asInvalidOptions(() => {
    checkPriority(options);
    checkRule(options);
  });
}

/** What depends on the number of tasks is left to the run where only that knows it; how items are named is no rule. */
function checkRule({ idField: _name, ...rule }: MapOptions = {}, total = Number.MAX_SAFE_INTEGER): void {
  planFanOut(gatherOptions(rule), total, maxConcurrency);
}

function serialize(input: unknown): string {
  try {
    return JSON.stringify(input);
  } catch (error) {
    throw new FanfoldError(
      'InvalidInput',
      `The input cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`,
      'input',
    );
  }
}
