/**
 * Agents of one's own: tools, a policy and limits as one value, which workers, clients and the commands take.
 * The surprising rule: it is loaded by workers and by who starts runs, and never by a workflow.
 */
export { defineAgent, type DefinedAgent } from './agents/loop/define.ts';
export type { AgentDefinition, AgentOwnLimits, AgentOwnPolicy, PlannedLookUp } from './agents/loop/definition.ts';
export type { HandOver } from './agents/loop/hand-over.ts';
export {
  act,
  read,
  type ActContext,
  type ActOptions,
  type FoundRows,
  type OwnTool,
  type ReadOptions,
  type ToolContext,
  type ToolKit,
} from './agents/loop/own-tools.ts';
export type { Known } from './agents/loop/activities/index.ts';
export type { Sorting } from './agents/loop/activities/sort.ts';
export type { EarlierMessage, Row } from './agents/loop/pure/conversation.ts';
export type { Grounding } from './agents/loop/pure/grounding.ts';
export type { PersonalData } from './agents/loop/pure/redact.ts';
export type { AgentAnswer, AgentInput } from './agents/loop/pure/types.ts';
