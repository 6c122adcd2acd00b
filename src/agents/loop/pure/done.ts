/**
 * What was done, said from the records of executed calls: a model writes `[done CALL]`, and the program puts the record there.
 * So an action is told by a field that names its call, in words that no model has chosen.
 */
import type { Row } from './conversation.ts';
import { citedRefs } from './citations.ts';
import type { ActionClaim, AgentState } from './state.ts';

/** An answer whose marks are written out. */
export interface WrittenAnswer {
  readonly text: string;
  /** As the model wrote it, its marks written out. */
  readonly marked: string;
  /** What the model itself has said. */
  readonly prose: string;
  readonly claims: readonly ActionClaim[];
  /** Why its marks cannot be written out. */
  readonly problems: readonly string[];
}

const mark = /\[done:? ([\w.:-]{1,64})\]/gi;
const longestValue = 80;
const mostValues = 8;

/** As a model may write it. */
export function markOf(callId: string): string {
  return `[done ${callId}]`;
}

/** References of the rows that executed and read back calls have left: the first of each, as others were there before. */
export function doneRefs({ actions }: Pick<AgentState, 'actions'>): ReadonlySet<string> {
  return new Set(actions.flatMap(({ rows = [] }) => rows.slice(0, 1)));
}

/** The text as it goes out, with every action that it leaves out added behind it. */
export function writeDone(text: string, state: Pick<AgentState, 'actions'>): WrittenAnswer {
  const all = claimsOf(state);
  const problems: string[] = [];
  const marked = new Set<ActionClaim>();
  const written = text.replaceAll(mark, (found, name: string) => {
    const ofTool = all.filter(({ tool }) => tool === name);
    const claim = all.find(({ callId }) => callId === name) ?? (ofTool.length === 1 ? ofTool[0] : undefined);
    if (!claim) {
      problems.push(`${found} names no call that was executed and read back.`);
      return '';
    }
    marked.add(claim);
    return claim.text;
  });
  const cited = new Set(citedRefs(written));
  const missing = all.filter((claim) => !marked.has(claim) && !cited.has(claim.refs[0] ?? ''));
  return {
    text: [written.trim(), ...missing.map((claim) => claim.text)].join('\n'),
    marked: written,
    prose: text.replaceAll(mark, ' '),
    claims: all,
    problems,
  };
}

/** Of every action that was read back. */
export function claimsOf({ actions }: Pick<AgentState, 'actions'>): ActionClaim[] {
  return actions.flatMap(({ state, callId, tool, rows: refs = [], said: text }) =>
    state === 'verified' && text !== undefined ? [{ callId, tool, refs, text }] : [],
  );
}

/**
 * What an answer says of a call that was read back, of names and values alone, so that it is true in every language:
 * `✓ extend: room 12, until 2026-12-06 [extension 12]`.
 *
 * @param row the one that it left, as it was read back: what is read of it later another call may have changed
 */
export function saidOf(tool: string, by: string | undefined, row: Row | undefined): string {
  const { ref, ...columns } = row ?? { ref: '' };
  const values = Object.entries(columns)
    .filter(([name, value]) => value !== null && !name.endsWith('Cents') && name !== 'currency')
    .slice(0, mostValues)
    .map(
      ([name, value]) =>
        `${name} ${String(value)
          .replaceAll(/[\s[\]]+/g, ' ')
          .slice(0, longestValue)}`,
    );
  const who = by === undefined ? [] : [`approved by ${by.replaceAll(/[\s[\]]+/g, ' ')}`];
  const said = [...values, ...who].join(', ');
  return `✓ ${tool}${said === '' ? '' : `: ${said}`}${ref === '' ? '' : ` [${ref}]`}`;
}
