/**
 * What an agent may do, as data: which tools, up to which amounts, with whose consent, and what never reaches the model.
 * The surprising rule: once a text tried to steer the model, every action waits for a person, however small.
 */
import { citedRefs } from './citations.ts';
import type { ToolCall, UsableCall } from './conversation.ts';
import type { Grounding } from './grounding.ts';
import { redact, redactAll, type PersonalData } from './redact.ts';
import { redactWidely } from './redact-widely.ts';

/** Of a tool that calls something outside. */
interface LimitedPolicy {
  /** The named limit at which its calls wait. @default none */
  readonly limit?: string;
}

export interface ReadPolicy extends LimitedPolicy {
  readonly effect: 'read';
}

export interface ActPolicy extends LimitedPolicy {
  readonly effect: 'act';
  /** `always`, or only for amounts above this one. @default 'always' */
  readonly approval?: 'always' | { readonly above: number };
  /** The field of the tool's input that is an amount, and the most that it may be, in the field's own unit. */
  readonly amount?: { readonly field: string; readonly max: number };
}

/** A question to the person, whose answer is the tool's. */
export interface AskPolicy {
  readonly effect: 'ask';
}

export type ToolPolicy = ReadPolicy | ActPolicy | AskPolicy;

export interface Policy {
  /** The tools that may be used; any other is refused. */
  readonly tools: Readonly<Record<string, ToolPolicy>>;
  readonly redact: readonly PersonalData[];
  /** What only adds up to personal data stays; terms that were recorded without it go on without it. @default it does not */
  readonly keepsFacts?: true;
  /** What an answer may only say where a row of a kind is known, as a regular expression without flags. */
  readonly claims?: readonly { readonly says: string; readonly needs: string }[];
  /** What each sentence of a model's answer is held to. @default its citations alone */
  readonly grounding?: Grounding;
}

export function policyOf(policy: Policy, tool: string): ToolPolicy | undefined {
  return Object.hasOwn(policy.tools, tool) ? policy.tools[tool] : undefined;
}

/** The named limit at which a tool's calls wait. */
export function limitOf(policy: Policy, tool: string): string | undefined {
  const rule = policyOf(policy, tool);
  return rule?.effect === 'ask' ? undefined : rule?.limit;
}

/** Why a call is refused; undefined where it may go on. */
export function judgeCall(policy: Policy, call: ToolCall): string | undefined {
  const rule = policyOf(policy, call.tool);
  if (!rule) {
    const known = Object.keys(policy.tools).join(', ') || 'none';
    return `There is no tool '${call.tool}' here; there is: ${known}.`;
  }
  if (call.kind === 'unusable') return `The arguments cannot be used: ${call.problem}`;
  return rule.effect === 'act' ? judgeAmount(rule, call) : undefined;
}

function judgeAmount({ amount }: ActPolicy, { input }: UsableCall): string | undefined {
  if (!amount) return undefined;
  const given = amountOf(input, amount.field);
  if (given === undefined || given <= 0) return `\`${amount.field}\` must be a number above zero.`;
  return given > amount.max
    ? `\`${amount.field}\` is ${given}, and the policy allows at most ${amount.max}.`
    : undefined;
}

export function needsApproval(policy: Policy, call: UsableCall, flagged: boolean): boolean {
  const rule = policyOf(policy, call.tool);
  if (rule?.effect !== 'act') return false;
  const { approval = 'always', amount } = rule;
  if (approval === 'always' || flagged) return true;
  const given = amount && amountOf(call.input, amount.field);
  return given === undefined || given > approval.above;
}

function amountOf(input: unknown, field: string): number | undefined {
  const value = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[field] : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * Everything that is wrong with an answer; nothing where it may go out.
 *
 * @param refs of the rows that tools returned
 */
export function judgeAnswer(policy: Policy, text: string, refs: ReadonlySet<string>): string[] {
  if (text.trim() === '') return ['The answer is empty.'];
  const cited = citedRefs(text);
  const unknown = cited.filter((ref) => !refs.has(ref));
  const reasons: string[] = [];
  if (unknown.length > 0)
    reasons.push(`It cites ${unknown.map((ref) => `[${ref}]`).join(', ')}, which no tool returned.`);
  if (refs.size > 0 && cited.length === unknown.length) {
    const examples = [...refs].slice(0, 3).map((ref) => `[${ref}]`);
    reasons.push(`It cites no row. Cite what it rests on, such as ${examples.join(' or ')}.`);
  }
  for (const { says, needs } of policy.claims ?? []) {
    const isKnown = [...refs].some((ref) => ref.startsWith(`${needs} `));
    // oxlint-disable-next-line fanfold/linear-pattern -- whoever makes the agent writes it, and an answer is short
    if (!isKnown && new RegExp(says, 'i').test(text))
      reasons.push(`It says that something was done, and there is no ${needs} that was executed and read back.`);
  }
  return reasons;
}

/**
 * A text as it may go to the model, into a trace, or out.
 *
 * @param most characters that are kept, once personal data is out: half of a number is one that nobody takes for it
 */
export function cleanAnswer(policy: Policy, text: string, most?: number): string {
  return (policy.keepsFacts ? redact : redactWidely)(text, policy.redact).slice(0, most);
}

/** Every text inside a JSON value as it may go to the model, into a trace, or out. */
export function cleanValue<T>(policy: Policy, value: T): T {
  return redactAll(value, (text) => cleanAnswer(policy, text));
}
