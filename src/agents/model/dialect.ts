/**
 * What an endpoint takes of a request, learned from what it refuses, so that nothing is refused twice for the same reason.
 * What an endpoint refused counts as known only once a request without it was not refused for it.
 */
import { isRefusal, isTooLong } from './failure.ts';
import type { ModelSettings } from './settings.ts';

export interface Dialect {
  /** The name of the bound of an answer's tokens. */
  readonly allowance: 'max_completion_tokens' | 'max_tokens' | 'none';
  /** The most tokens that may be allowed. */
  readonly mostTokens: number;
  readonly schema: 'json_schema' | 'json_object' | 'words';
  /** Whether there may be a message of the system; else its text stands before the first of the user. */
  readonly system: boolean;
  readonly tools: boolean;
  readonly stream: boolean;
  /** Whether a stream may be asked to count its tokens. */
  readonly streamOptions: boolean;
  readonly temperature: boolean;
  /** Whether reasoning and other fields of the provider's own come back with a turn. */
  readonly extra: boolean;
  /** How many times the asked allowance a model needs that thinks before it answers. */
  readonly room: number;
}

type Part = Exclude<keyof Dialect, 'room' | 'mostTokens'>;

const known = new Map<string, Dialect>();
/** Refusals that no part of a request explains, by endpoint. */
const unexplained = new Map<string, Set<string>>();
const maxUnexplained = 50;

export function keyOf({ baseURL, api, model }: ModelSettings): string {
  return `${baseURL ?? ''} ${api} ${model}`;
}

/** What is known of an endpoint and model, or what most take. */
export function dialectOf(settings: ModelSettings): Dialect {
  return known.get(keyOf(settings)) ?? usual(settings);
}

function usual({ baseURL }: ModelSettings): Dialect {
  return {
    // OpenAI's newer models refuse the old name; other servers often know the old one alone.
    allowance: baseURL === undefined ? 'max_completion_tokens' : 'max_tokens',
    mostTokens: Number.MAX_SAFE_INTEGER,
    schema: 'json_schema',
    system: true,
    tools: true,
    stream: true,
    streamOptions: true,
    temperature: true,
    extra: true,
    room: 1,
  };
}

export function remember(settings: ModelSettings, dialect: Dialect): void {
  known.set(keyOf(settings), dialect);
}

/** Forgets everything, for tests. */
export function forgetDialects(): void {
  known.clear();
  unexplained.clear();
}

/** What a request used, so that only this is taken out of it. */
export type Used = Readonly<Partial<Record<Part, boolean>>>;

/** How each part is named in refusals, the more particular first. */
const signs: readonly (readonly [Part, RegExp])[] = [
  ['streamOptions', /stream_options|include_usage|stream options/i],
  [
    'schema',
    /response_?format|json_schema|json_object|json mode|structured output|text\.format|guided|grammar|responseSchema/i,
  ],
  ['allowance', /max_completion_tokens|max_tokens|max_output_tokens|maxOutputTokens/i],
  ['extra', /reasoning_content|reasoning_details|thought_signature|\breasoning\b|\bthinking\b|extra_content/i],
  ['temperature', /temperature/i],
  ['tools', /\btools?\b|tool_choice|tool_calls|function[ _]call|functionDeclarations|\bfunctions?\b/i],
  ['system', /\bsystem\b|developer instruction|roles must alternate|only user and assistant roles|unsupported role/i],
  ['stream', /\bstream(?:ing)?\b/i],
];

/** A refusal of the request's form, and of nothing else. */
const learnable = new Set([400, 404, 405, 406, 415, 422, 500, 501]);
const refusing =
  /support|unknown|unrecogni[sz]ed|unexpected|invalid|not (?:allowed|permitted|implemented|available|enabled|valid)|must|cannot|can't|extra (?:inputs|fields)|forbidden|only .{0,40}roles|disabled|illegal|no endpoints/i;

export interface Lesson {
  readonly dialect: Dialect;
  /** The refusal named the part, so it is no guess. */
  readonly isNamed: boolean;
}

/**
 * The next form of a request that was refused; undefined where no other form may help.
 *
 * @param tried what was left out or renamed before in this call
 */
export function learn(
  settings: ModelSettings,
  dialect: Dialect,
  error: unknown,
  used: Used,
  tried: Set<string>,
): Lesson | undefined {
  if (!isRefusal(error) || !learnable.has(error.status)) return undefined;
  const said = [error.code, error.param, error.message].join(' ').slice(0, 2000);
  if (isTooLong(said) || /content_filter|model_not_found/.test(said)) return undefined;
  const named = refusing.test(said) ? signs.find(([part, sign]) => used[part] && sign.test(said))?.[0] : undefined;
  if (named) return { dialect: without(settings, dialect, named, said, tried), isNamed: true };
  if (error.status !== 400 && error.status !== 422) return undefined;
  return guess(settings, dialect, said, used, tried);
}

const order: readonly Part[] = [
  'allowance',
  'streamOptions',
  'schema',
  'system',
  'temperature',
  'extra',
  'tools',
  'stream',
];

/** An endpoint that does not say what it minds is tried without one part after the other. */
function guess(
  settings: ModelSettings,
  dialect: Dialect,
  said: string,
  used: Used,
  tried: Set<string>,
): Lesson | undefined {
  const key = keyOf(settings);
  const seen = unexplained.get(key) ?? new Set();
  if (seen.has(said)) return undefined;
  const part = order.find((each) => used[each] && !tried.has(each));
  if (part) {
    tried.add(part);
    return { dialect: without(settings, dialect, part, '', tried), isNamed: false };
  }
  if (seen.size < maxUnexplained) unexplained.set(key, seen.add(said));
  return undefined;
}

function without(settings: ModelSettings, dialect: Dialect, part: Part, said: string, tried: Set<string>): Dialect {
  if (part === 'schema') return { ...dialect, schema: nextSchema(dialect, said) };
  if (part !== 'allowance') return { ...dialect, [part]: false };
  // "Too large: at most 4096" minds the number and not its name.
  const most = /(?:at most|maximum|less than or equal to|up to|<=)\D{0,60}?(\d{2,9})/i.exec(said)?.[1];
  if (most !== undefined && Number(most) < dialect.mostTokens && !/unsupported|not supported/i.test(said))
    return { ...dialect, mostTokens: Number(most) };
  tried.add(dialect.allowance);
  const other = dialect.allowance === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  // The Responses API knows one name alone.
  return { ...dialect, allowance: settings.api === 'responses' || tried.has(other) ? 'none' : other };
}

/** Who minds the schema may still take plain JSON; who minds the format altogether takes neither. */
function nextSchema({ schema }: Dialect, said: string): Dialect['schema'] {
  return schema === 'json_schema' && /json_schema|json_object|schema/i.test(said) ? 'json_object' : 'words';
}
