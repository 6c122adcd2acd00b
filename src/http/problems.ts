/** Every error as a problem document (RFC 9457); what went wrong inside is said to the operator, never to the caller. */
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { given } from '../core/given.ts';
import { fanfoldErrorIn, type FanfoldErrorType } from '../errors.ts';
import { isFull } from '../runs/storage-full.ts';
import { isUnreachable } from '../runs/unreachable.ts';
import type { Problem } from './answers.ts';
import { describeIssues } from './issues.ts';

/** The title of each status that the service answers; the type is made from it. */
export const titles = {
  400: 'Malformed request',
  401: 'Token required',
  402: 'Budget spent',
  403: 'Forbidden host',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Not in this state',
  413: 'Body too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Contradictory request',
  429: 'Too many starts',
  431: 'Headers too long',
  500: 'Internal error',
  501: 'Not installed',
  503: 'Temporal or a database cannot be reached',
  507: 'Storage full',
} as const;
export type ProblemStatus = keyof typeof titles;

const statuses: Record<FanfoldErrorType, ProblemStatus> = {
  RunNotFound: 404,
  RunOpen: 409,
  RunClosed: 409,
  Refused: 409,
  RunConflict: 409,
  StoreNotShared: 409,
  CodecMismatch: 409,
  ResultsLost: 409,
  RunStuck: 409,
  RunFailed: 409,
  TenantBudgetSpent: 402,
  MissingPackage: 501,
  InvalidInput: 422,
  InvalidOptionsError: 422,
  Unreachable: 503,
};

/** An error that says itself how it is to be answered. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it is not that of the status. */
  readonly title: string | undefined;
  /** The field at fault, where there is one. */
  readonly field: string | undefined;

  constructor(
    status: ProblemStatus,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    { title, field }: { readonly title?: string; readonly field?: string } = {},
  ) {
    super(detail);
    this.title = title;
    this.field = field;
    this.status = status;
    this.headers = headers;
  }
}

type Known = Pick<Problem, 'detail' | 'field' | 'errors'> & {
  status: ProblemStatus;
  title?: string;
  headers?: Readonly<Record<string, string>>;
};

export interface Described {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

export function describeProblem(error: unknown, instance: string): Described {
  const { status, headers = {}, title = titles[status], ...said } = known(error);
  const type = `urn:problem-type:fanfold:${title.toLowerCase().replaceAll(' ', '-')}`;
  return { problem: { type, title, status, instance, ...said }, headers };
}

function known(error: unknown): Known {
  if (error instanceof ProblemError) {
    const { status, message: detail, headers, title, field } = error;
    return { status, detail, headers, ...given({ title, field }) };
  }
  const own = fanfoldErrorIn(error);
  if (own) return { status: statuses[own.type], detail: own.message, ...given({ field: own.field }) };
  if (hasZodFastifySchemaValidationErrors(error)) return { status: 400, ...describeIssues(error.validation) };
  if (isStorageFull(error)) {
    const detail = 'There is no room left where runs are kept; nothing of the request was done that is not told';
    return { status: 507, detail, headers: { 'retry-after': '60' } };
  }
  if (isUnreachable(error)) {
    const detail = 'Neither Temporal nor a worker answered in time; the request may be sent again';
    return { status: 503, detail, headers: { 'retry-after': '2' } };
  }
  return (
    ofFramework(error) ?? {
      status: 500,
      detail: 'Something went wrong inside the service; its operator has the details',
    }
  );
}

/** Some of the framework's errors repeat what was sent. */
const maxDetailCharacters = 300;

/** Fastify's own errors, and those of its parsers, carry a status and a text for people. */
function ofFramework(error: unknown): Known | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  if (status >= 500 || !(status in titles)) return undefined;
  return { status: status as ProblemStatus, detail: error.message.slice(0, maxDetailCharacters) };
}

/** Whether a disk is full: that of the store, or the one of the server. */
export function isStorageFull(error: unknown): boolean {
  for (let [cause, depth] = [error, 0]; cause instanceof Error && depth < 10; cause = cause.cause, depth++) {
    if ('code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')) return true;
    if (isFull(cause.message)) return true;
  }
  return false;
}
