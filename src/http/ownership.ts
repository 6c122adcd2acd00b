/**
 * Whose runs a caller sees and touches: those of fanfold's kinds, and of a tenant's token those of the tenant.
 * The surprising rule: what is not the caller's is answered as what is not there, so that nobody learns of it.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FanfoldError } from '../errors.ts';
import type { RunsClient } from '../runs/client.ts';
import type { RunContext } from '../core/run.ts';
import type { Kind } from '../runs/kind.ts';
import type { Started } from '../runs/join.ts';
import { ifThere, ownerOf, runNotFound } from '../runs/view.ts';
import type { Caller } from './callers.ts';
import { ProblemError } from './problems.ts';
import { bounded, type App, type Service } from './service.ts';

/** Before the handler of every route that names a run. */
export function guardRuns(app: App, service: Service): void {
  app.addHook('preHandler', async (request: FastifyRequest, _reply: FastifyReply) => {
    const { url, config: of } = request.routeOptions;
    if (of.isPage || !url?.startsWith('/runs/:id')) return;
    const { id } = request.params as { id: string };
    await bounded(service, () => requireOwn(service.client, request.caller, id));
  });
}

function isOwn({ isRun, tenant: owner }: Awaited<ReturnType<typeof ownerOf>>, { tenant }: Caller): boolean {
  return isRun && (tenant === undefined || owner === tenant);
}

/** @throws {FanfoldError} of type `RunNotFound` where the run is not the caller's to see, or there is none */
export async function requireOwn(client: RunsClient, caller: Caller, runId: string): Promise<void> {
  if (!isOwn(await ownerOf(client, runId), caller)) throw runNotFound(runId);
}

/** Where an id was taken. @throws {ProblemError} 409 unless the run that has it is the caller's */
async function requireJoinable(service: Service, caller: Caller, runId: string): Promise<void> {
  const owner = await bounded(service, () => ifThere(ownerOf(service.client, runId)));
  if (!owner || !isOwn(owner, caller)) throw taken(runId);
}

function taken(runId: string): ProblemError {
  const detail = `The id '${runId}' is taken, and not by a run of yours; choose another`;
  return new ProblemError(409, detail, {}, { title: 'Id taken' });
}

/** Before a thread goes on. @throws {ProblemError} 409 where the id is taken, and not by a run of the caller's */
export async function requireFree(service: Service, caller: Caller, runId: string): Promise<void> {
  const owner = await bounded(service, () => ifThere(ownerOf(service.client, runId)));
  if (owner && !isOwn(owner, caller)) throw taken(runId);
}

/**
 * Starts a run for a caller, to whom nothing is said of another's run that has the id, not even how the two differ.
 *
 * @throws {ProblemError} 409 where the id is that of another's run
 */
export async function startFor(
  service: Service,
  caller: Caller,
  id: string | undefined,
  start: () => Promise<Started>,
): Promise<Started> {
  try {
    const started = await bounded(service, start);
    if (!started.created) await requireJoinable(service, caller, started.runId);
    return started;
  } catch (error) {
    if (id !== undefined && error instanceof FanfoldError && error.type === 'RunConflict')
      await requireJoinable(service, caller, id);
    throw error;
  }
}

/** The most urgent priority that a tenant may give its runs: one before the others would starve them. */
const tenantPriority = 3;

/**
 * The input as the run of a tenant, in whose part of the store it reads.
 *
 * @throws {ProblemError} 403 naming the field with which it would be another's
 */
export function asTenant<I extends RunContext>(caller: Caller, kind: Kind, input: I): I {
  const { tenant } = caller;
  const foreign = tenant !== undefined && kind.storeKeys?.(input).some((key) => !key.startsWith(`items/${tenant}/`));
  if (foreign) throw forbidden('source.key', `must be below 'items/${tenant}/' for this token`);
  if (hasTasks(input)) refuseShared(caller, input.tasks, 'tasks');
  return withTenant(caller, input);
}

function hasTasks(input: object): input is { readonly tasks: readonly unknown[] } {
  return 'tasks' in input && Array.isArray(input.tasks);
}

/**
 * A tenant that puts a result where all tenants find it could give them what it likes.
 *
 * @throws {ProblemError} 403 naming the first task that declares its row shared, for a tenant that may not
 */
export function refuseShared({ tenant, mayShare = false }: Caller, tasks: readonly unknown[], field: string): void {
  if (tenant === undefined || mayShare) return;
  const at = tasks.findIndex((task) => typeof task === 'object' && task !== null && 'shared' in task);
  if (at !== -1) throw forbidden(`${field}[${at}].shared`, 'is not for this token to declare; leave it out');
}

/**
 * What a run is started or redriven with, as that of the tenant, whatever the caller left out.
 *
 * @throws {ProblemError} 403 naming the option with which it would be another's run, or go before those of others
 */
export function withTenant<I extends Pick<RunContext, 'options'>>({ tenant }: Caller, input: I): I {
  if (tenant === undefined) return input;
  const { options = {} } = input;
  if (options.tenant !== undefined && options.tenant !== tenant)
    throw forbidden('options.tenant', `is '${tenant}' for this token; leave it out`);
  if (options.tenantWeight !== undefined) throw forbidden('options.tenantWeight', 'is not for a tenant to say');
  if (options.priority !== undefined && options.priority < tenantPriority)
    throw forbidden('options.priority', `is ${tenantPriority} or more for a tenant`);
  return { ...input, options: { ...options, tenant } };
}

function forbidden(field: string, problem: string): ProblemError {
  return new ProblemError(403, `\`${field}\` ${problem}`, {}, { title: 'Not for this token', field });
}
