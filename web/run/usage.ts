/** What a run has cost, where its results say so: tokens and money, by task and in all. */
import type { Row } from './rows.ts';

export interface Usage {
  readonly tokens?: number;
  readonly cost?: number;
}

const tokenNames = ['tokens', 'totalTokens', 'total_tokens'];
const inOut = [
  ['input', 'output'],
  ['inputTokens', 'outputTokens'],
  ['prompt_tokens', 'completion_tokens'],
] as const;

/** Of a result or an answer that says it in `usage`, `tokens` or `cost`; undefined where it says nothing. */
export function usageOf(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const within = isRecord(value['usage']) ? value['usage'] : {};
  const tokens = tokensIn(within) ?? tokensIn(value, true);
  const cost = numberIn(within, 'cost') ?? numberIn(value, 'cost');
  if (tokens === undefined && cost === undefined) return undefined;
  return { ...(tokens === undefined ? {} : { tokens }), ...(cost === undefined ? {} : { cost }) };
}

/** Undefined where no task says anything. */
export function usageOfAll(rows: readonly Row[]): Usage | undefined {
  const found = rows.flatMap(({ result }) => usageOf(result) ?? []);
  if (found.length === 0) return undefined;
  const sum = (name: keyof Usage): number | undefined =>
    found.some((each) => each[name] !== undefined)
      ? found.reduce((all, each) => all + (each[name] ?? 0), 0)
      : undefined;
  const [tokens, cost] = [sum('tokens'), sum('cost')];
  return { ...(tokens === undefined ? {} : { tokens }), ...(cost === undefined ? {} : { cost }) };
}

/** @param plain only what can mean nothing else: `input` of a result is rarely a number of tokens */
function tokensIn(value: Readonly<Record<string, unknown>>, plain = false): number | undefined {
  for (const name of tokenNames) {
    const found = numberIn(value, name);
    if (found !== undefined) return found;
  }
  for (const [into, out] of plain ? inOut.slice(1) : inOut) {
    const [a, b] = [numberIn(value, into), numberIn(value, out)];
    if (a !== undefined && b !== undefined) return a + b;
  }
  return undefined;
}

function numberIn(value: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const found = Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
