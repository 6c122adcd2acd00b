/**
 * Who asks the service, and what they may do.
 * The surprising rule: each route says which rights it needs, and the service does not start with one that does not.
 */
import { given } from '../core/given.ts';
import type { FastifyInstance } from 'fastify';
import type { RunSummary, RunView } from '../runs/run-view.ts';
import { ProblemError } from './problems.ts';

/** See runs; start them; change those that go on; say a person's word. */
export const rights = ['read', 'start', 'control', 'approve'] as const;
export type Right = (typeof rights)[number];

export interface Caller {
  /** The person or program that holds the token; undefined where the caller is only known to be allowed. */
  readonly subject: string | undefined;
  readonly rights: ReadonlySet<Right>;
  /** Whose runs it sees and touches; all of the service's where undefined. */
  readonly tenant: string | undefined;
  /** Whether a tenant's tasks may declare what they keep in the cache shared with other tenants'. @default false */
  readonly mayShare?: boolean;
}

/** Who holds the one token of the service, or asks on loopback where there is none. */
export const anyone: Caller = { subject: undefined, rights: new Set(rights), tenant: undefined };

/** What a route needs of its caller: all of these rights, any token at all, or nothing, for probes. */
export type Needs = readonly Right[] | 'token' | 'nothing';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    readonly needs?: Needs;
    /** A document for people, without anything of a run in it. */
    readonly isPage?: boolean;
  }
}

/** Once the caller is known, and before the body is looked at. */
export function guardRights(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, config }) => {
    if (config?.needs === undefined) throw new TypeError(`The route ${url} does not say which rights it needs`);
  });
  app.addHook('onRequest', async ({ caller, routeOptions: { config } }) => {
    if (Array.isArray(config.needs)) requireRights(caller, config.needs as readonly Right[]);
  });
}

/** @throws {ProblemError} 403 naming the right that is missing */
export function requireRights({ rights: held, subject }: Caller, needed: readonly Right[]): void {
  const missing = needed.filter((right) => !held.has(right));
  if (missing.length === 0) return;
  const whose = subject === undefined ? 'This token' : `The token of '${subject}'`;
  throw new ProblemError(
    403,
    `${whose} lacks the role ${missing.map((right) => `'${right}'`).join(' and ')}`,
    {},
    {
      title: 'Role required',
    },
  );
}

/** The run as far as its caller may see it: who may only start or change runs learns that there is one, and how it stands. */
export function visible({ rights: held }: Caller, view: RunView): RunView | RunSummary {
  if (held.has('read')) return view;
  const { runId, kind, status, startedAt, closedAt } = view;
  return { runId, kind, status, startedAt, ...given({ closedAt }) };
}
