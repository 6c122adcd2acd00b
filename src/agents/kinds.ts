/** The kinds of run that fanfold brings beside the library's own: one line an agent. */
import { agentKind } from './loop/kind.ts';
import { reconcileKind } from './reconcile/kind.ts';
import { researchKind } from './research/kind.ts';
import { reviewKind } from './review/kind.ts';
import { supportKind } from './support/kind.ts';

export type * from './reconcile/kind.ts';
export type * from './research/kind.ts';
export type * from './review/kind.ts';
export type * from './support/kind.ts';
export type { AgentAnswer, AgentInput } from './loop/pure/types.ts';
export type { EarlierMessage } from './loop/pure/conversation.ts';

/**
 * The kinds of fanfold's agents.
 *
 * @example type Name = (typeof kinds)[number]['name'];
 */
export const kinds = [researchKind, reviewKind, supportKind, reconcileKind, agentKind] as const;

type AgentKind = (typeof kinds)[number];

/**
 * What each agent is asked, by the name of its kind.
 *
 * @example const input: AgentInputs['research'] = { question: 'How do herons fish?' };
 */
export type AgentInputs = { readonly [K in AgentKind as K['name']]: Parameters<K['summary']>[0] };
