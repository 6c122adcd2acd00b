/** Starting a run: checked in full before anything is sent, and idempotent by its id. */
import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { planFanOut } from '../core/options.ts';
import type { RunContext } from '../core/run.ts';
import type { MapOptions } from '../core/map/types.ts';
import { gatherOptions } from '../core/run-options.ts';
import { given } from '../core/given.ts';
import type { ServedNames } from '../core/task-spec.ts';
import { notesEndMemo } from '../core/end-attributes.ts';
import { tenantMemo } from '../core/tenant.ts';
import { askedMemo, redriveMemo } from './run-view.ts';
import { oneLine } from '../core/text/controls.ts';
import { markdownText } from '../core/text/markup.ts';
import { FanfoldError } from '../errors.ts';
import { storeIdentity } from '../store/identity.ts';
import { maxStoredBytes } from '../store/payloads.ts';
import { canNoteEnd, searchableBy } from './searchable.ts';
import type { Store } from '../store/store.ts';
import { jsonTextOf } from './as-json.ts';
import { asInvalidOptions, checkGiven, checkRunId, checkShape } from './check-given.ts';
import { startsEagerly } from './eager.ts';
import { checkPriority, priorityOf } from './priority.ts';
import type { TenantBudgets } from '../limits/learned/tenant-budget.ts';
import { contentOf, fingerprintOf } from './content.ts';
import { spentBy } from './costs.ts';
import { joinOrThrow, type Started } from './join.ts';
import type { Kind } from './kind.ts';
import { runOptions } from './schema.ts';
import { assertShared } from './queue-stores.ts';
import { checkServed } from './served-names.ts';
import { memoOfMessage, reuseIn, type ThreadMessage } from './thread.ts';

/** Without a store: the server refuses a payload above 2 MB, and this leaves room for what is around it. */
const maxInputBytes = 1_900_000;

/** Characters of what a list and Temporal's Web UI say of a run. */
const longestSummary = 200;

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
  checkRunId(id);
  const bytes = checkInput(client, kind, input);
  const { options = {} } = input;
  const content = await itemsOf(kind, input, store);
  const noted = { input: fingerprintOf(fingerprint), content, options: askedOptions(options) };
  const refused = misnamedIn(kind, input, served) ?? (await spentBy(client, budgets, input));
  if (refused) return joinOrThrow(client, kind, id, noted, refused, thread);
  const summary = oneLine(kind.summary(input), longestSummary);
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
        'fanfold.options': fingerprintOf(options),
        'fanfold.store': ofStore,
        [askedMemo]: summary === '' ? undefined : summary,
        [redriveMemo]: input.redriveOf,
        [tenantMemo]: options.tenant,
        [notesEndMemo]: await canNoteEnd(client),
        ...memoOfMessage(thread),
      }),
      priority: priorityOf(options, id),
      ...given({ typedSearchAttributes: await searchableBy(client, kind, input) }),
      workflowIdReusePolicy: reuseIn(thread),
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: kind.quick?.(input) ? '1s' : '5s',
      staticSummary: markdownText(`${kind.name}: ${summary}`, longestSummary),
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

/** Whoever names none asks for none. */
export function askedOptions(options: object): string | undefined {
  return Object.values(options).every((value) => value === undefined) ? undefined : fingerprintOf(options);
}

/** What a run is asked to do; how it may go about it does not make it another one. */
function asked(input: RunContext): object {
  const { options: _options, ...what } = Object(input) as RunContext;
  return what;
}

/** @returns how many bytes it has as JSON */
function checkInput<I extends RunContext>(client: Client, kind: Kind<I>, input: I): number {
  const atMost = client.options.loadedDataConverter.externalStorage ? maxStoredBytes : maxInputBytes;
  const text = jsonTextOf(input, 'input');
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
