/** The runs that there are, without their outcome. */
import type { Client } from '@temporalio/client';
import { given } from '../core/given.ts';
import { endAttributes, waitingAttribute } from '../core/end-attributes.ts';
import { partialMemo, partialOf } from '../core/outcome-memo.ts';
import { tenantMemo } from '../core/tenant.ts';
import { oneLine } from '../core/text/controls.ts';
import { messageOf } from '../core/thrown.ts';
import { FanfoldError } from '../errors.ts';
import type { ExecutionInfo } from '../store/executions.ts';
import { orMismatch } from '../store/codecs.ts';
import proto from '../packages/temporal-proto.ts';
import { withoutCodecs } from '../store/references.ts';
import type { Kinds } from './kinds.ts';
import type { RunSource } from './run-source.ts';
import { moment, newestFirst } from './newest-first.ts';
import { runAttributes } from './namespace.ts';
import { canNoteEnd, canSearchBy, canWait } from './searchable.ts';
import { millisecondsOf } from './timestamp.ts';
import { statusOf, textIn } from './view.ts';
import { isOfKinds, quoted } from './visibility.ts';
import { askedMemo, redriveMemo, type RunSummary } from './run-view.ts';

/** Which runs are listed. @default all of the kinds that are known */
export interface RunFilter {
  /** Only those of this tenant. */
  readonly tenant?: string | undefined;
  /** Only those that had started by then, in milliseconds since the Unix epoch. */
  readonly before?: number | undefined;
  /** Only those that started at that moment or later, in milliseconds since the Unix epoch. */
  readonly since?: number | undefined;
  /** Only those of this kind. */
  readonly kind?: string | undefined;
  /** Only those that ended so; `open`: only those that go on; `partial`: completed, with tasks that have no result. */
  readonly which?: 'completed' | 'partial' | 'failed' | 'cancelled' | 'open' | undefined;
  /** Only those that do again what failed in this run. */
  readonly redriveOf?: string | undefined;
}

/** What a list of the library's own asks besides. */
interface Asked extends RunFilter {
  /** Only those that go on and are not known to wait for nobody: each may have to be asked. */
  readonly mayWait?: true;
}

/** A moment must be a number: NaN is before and after nothing. */
function checkMoment(at: number | undefined, field: 'before' | 'since'): void {
  if (Number.isNaN(at))
    throw new FanfoldError('InvalidOptionsError', `\`${field}\` is milliseconds since the Unix epoch, not NaN`, field);
}

/** @throws {FanfoldError} of type `InvalidInput` for a kind that nobody knows */
async function queryOf(
  { kinds, temporal }: RunSource,
  { since, kind, which, redriveOf, mayWait }: Asked,
): Promise<string> {
  const conditions = [
    kind === undefined ? isOfKinds(kinds) : `WorkflowType = ${quoted(kinds.asked(kind).workflow)}`,
    ...(since === undefined ? [] : [`StartTime >= '${moment(since)}'`]),
    ...(which === undefined ? [] : [standing[which]]),
    ...(which === 'partial' && (await canNoteEnd(temporal)) ? [`${endAttributes.failedTasks.name} > 0`] : []),
    ...(redriveOf !== undefined && (await canSearchBy(temporal, runAttributes.redriveOf))
      ? [`${runAttributes.redriveOf} = ${quoted(redriveOf)}`]
      : []),
    ...(mayWait ? [standing.open, ...(await waitingConditions(kinds, temporal))] : []),
  ];
  return conditions.join(' AND ');
}

/** Of a run from before the attribute, or of another version, nothing is known. */
async function waitingConditions(kinds: Kinds, temporal: Client): Promise<string[]> {
  const types = kinds.all.filter(canWait).map(({ workflow }) => quoted(workflow));
  const { name } = waitingAttribute;
  const isThere = await canSearchBy(temporal, name);
  return [`WorkflowType IN (${types.join(', ')})`, ...(isThere ? [`(${name} = true OR ${name} IS NULL)`] : [])];
}

const standing: Record<NonNullable<RunFilter['which']>, string> = {
  completed: "ExecutionStatus = 'Completed'",
  partial: "ExecutionStatus = 'Completed'",
  failed: "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')",
  cancelled: "ExecutionStatus = 'Canceled'",
  open: "ExecutionStatus = 'Running'",
};

/**
 * Runs of fanfold's kinds, newest first; one whose memo cannot be decoded is listed with the rest that is known of it.
 *
 * @throws {FanfoldError} of type `InvalidOptionsError`
 */
export async function* listRuns(source: RunSource, limit: number, filter: Asked = {}): AsyncGenerator<RunSummary> {
  const { temporal, kinds } = source;
  const { tenant, before, since, which, redriveOf } = filter;
  checkMoment(before, 'before');
  checkMoment(since, 'since');
  let count = 0;
  if (limit < 1) return;
  for await (const each of newestFirst(temporal, await queryOf(source, filter), before)) {
    const summary = await summaryOf(temporal, kinds, each);
    // Whose a run is that cannot be read is not known: it is shown to nobody who may see only some.
    if (tenant !== undefined && summary.tenant !== tenant) continue;
    if (which === 'partial' && !summary.partial) continue;
    if (redriveOf !== undefined && summary.redriveOf !== redriveOf) continue;
    yield summary;
    if (++count >= limit) return;
  }
}

const { WorkflowExecutionStatus: statuses } = proto.temporal.api.enums.v1;

async function summaryOf(
  temporal: Client,
  kinds: Kinds,
  { id, type, status, startTime, closeTime, memo, searchAttributes }: ExecutionInfo & { readonly id: string },
): Promise<RunSummary> {
  const name = statuses[status ?? 0] ?? '';
  return {
    runId: id,
    kind: kinds.nameOf(type?.name ?? ''),
    status: statusOf(name.replace('WORKFLOW_EXECUTION_STATUS_', '')),
    startedAt: millisecondsOf(startTime) ?? 0,
    ...given({ closedAt: millisecondsOf(closeTime), waits: closeTime ? undefined : waitsIn(searchAttributes) }),
    ...(await readMemo(temporal, id, memo?.fields ?? {})),
  };
}

/** No codec covers it. */
function waitsIn(attributes: ExecutionInfo['searchAttributes']): true | undefined {
  const payload = attributes?.indexedFields?.[waitingAttribute.name];
  return payload?.data && Buffer.from(payload.data).toString() === 'true' ? true : undefined;
}

type MemoFields = NonNullable<NonNullable<ExecutionInfo['memo']>['fields']>;

/** What the memo says that is fanfold's. */
async function readMemo(
  { options: { loadedDataConverter, namespace } }: Client,
  workflowId: string,
  fields: MemoFields,
): Promise<Pick<RunSummary, 'asked' | 'tenant' | 'redriveOf' | 'partial' | 'unreadable'>> {
  const context = { type: 'workflow', namespace, workflowId } as const;
  const read: Record<string, unknown> = {};
  try {
    for (const [name, payload] of Object.entries(fields)) {
      if (!name.startsWith('fanfold.')) continue;
      const plain = await withoutCodecs(loadedDataConverter, payload, context);
      read[name] = loadedDataConverter.payloadConverter.fromPayload(plain ?? {}, context);
    }
  } catch (error) {
    const why = orMismatch(error);
    return { unreadable: { type: 'CodecMismatch', message: oneLine(messageOf(why), 500) } };
  }
  return given({
    asked: textIn(read, askedMemo),
    tenant: textIn(read, tenantMemo),
    redriveOf: textIn(read, redriveMemo),
    partial: partialOf(read[partialMemo]),
  });
}
