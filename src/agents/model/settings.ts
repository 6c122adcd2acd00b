/** What the environment says of the model: where it is, how it is asked, and how long its silence is waited out. */
import { parseExactly } from '../../activities/index.ts';
import { milliseconds } from '../../index.ts';
import { ApplicationFailure } from '@temporalio/common';

export interface ModelSettings {
  /** Undefined is OpenAI's own. */
  readonly baseURL: string | undefined;
  readonly apiKey: string;
  readonly model: string;
  /** Which of OpenAI's two APIs every step speaks. @default 'chat' */
  readonly api: 'chat' | 'responses';
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined leaves it to the endpoint. */
  readonly temperature: number | undefined;
  /** Milliseconds without a byte after which a call is given up. @default 90 s */
  readonly idleMs: number;
  /** Tokens that the model takes, in and out; undefined where nobody said. */
  readonly window: number | undefined;
  /** Undefined where nobody said what the model costs. */
  readonly price: ModelPrice | undefined;
}

/** In any one currency, for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

const defaultModel = 'gpt-4.1-mini';
const defaultIdleMs = 90_000;

/** A key or an address is enough: what runs locally needs no key. */
export function modelConfigured(environment: NodeJS.ProcessEnv): boolean {
  return setting(environment, 'OPENAI_API_KEY') !== undefined || setting(environment, 'OPENAI_BASE_URL') !== undefined;
}

/**
 * Tokens that the configured model takes, in and out, as `FANFOLD_MODEL_WINDOW` says.
 *
 * @param usual what is taken where nobody said
 */
export function modelWindow(environment: NodeJS.ProcessEnv, usual: number): number {
  return number(environment, 'FANFOLD_MODEL_WINDOW', 256, 100_000_000) ?? usual;
}

/**
 * @param step a model of its own may be set for, as `OPENAI_MODEL_INTENT` for `intent`
 * @throws {ApplicationFailure} of type `ModelNotConfigured`, final, naming the variable
 */
export function modelSettings(environment: NodeJS.ProcessEnv, step?: string): ModelSettings {
  if (!modelConfigured(environment))
    throw misconfigured('No model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL');
  const api = setting(environment, 'OPENAI_API') ?? 'chat';
  if (api !== 'chat' && api !== 'responses')
    throw misconfigured(`OPENAI_API is '${api}'; it must be 'chat' or 'responses'`);
  const version = setting(environment, 'OPENAI_API_VERSION');
  const apiKey = setting(environment, 'OPENAI_API_KEY');
  const model = modelOf(environment, step);
  return {
    api,
    baseURL: setting(environment, 'OPENAI_BASE_URL'),
    apiKey: apiKey ?? 'not-needed',
    model,
    // Azure asks for its version in the query, and for the key in a header of its own.
    headers: { ...(version && apiKey ? { 'api-key': apiKey } : {}), ...headers(environment) },
    query: { ...(version ? { 'api-version': version } : {}), ...query(environment) },
    temperature: number(environment, 'OPENAI_TEMPERATURE', 0, 2),
    idleMs: idle(environment),
    window: number(environment, 'FANFOLD_MODEL_WINDOW', 256, 100_000_000),
    price: priceOf(environment, model),
  };
}

function modelOf(environment: NodeJS.ProcessEnv, step: string | undefined): string {
  const own = step && setting(environment, `OPENAI_MODEL_${step.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`);
  return own || (setting(environment, 'OPENAI_MODEL') ?? defaultModel);
}

/** Undefined where nobody said what it costs. @throws {ApplicationFailure} of type `ModelNotConfigured` for prices that are none */
export function priceOf(environment: NodeJS.ProcessEnv, model: string): ModelPrice | undefined {
  return prices(environment).get(model);
}

/** Of an answer, in the currency of the price; undefined where there is none. */
export function costBy(price: ModelPrice | undefined, inputTokens: number, outputTokens: number): number | undefined {
  return price && (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
}

function prices(environment: NodeJS.ProcessEnv): ReadonlyMap<string, ModelPrice> {
  const given = setting(environment, 'FANFOLD_MODEL_PRICES');
  const wrong = 'FANFOLD_MODEL_PRICES must be a JSON object, such as {"gpt-4.1-mini": {"input": 0.4, "output": 1.6}}';
  const price = (value: unknown): ModelPrice => {
    const { input, output } = Object(value) as Partial<ModelPrice>;
    if (!isPrice(input) || !isPrice(output)) throw misconfigured(wrong);
    return { input, output };
  };
  return new Map(
    Object.entries(given === undefined ? {} : object(given, wrong)).map(([name, of]) => [name, price(of)]),
  );
}

const isPrice = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1e6;

/** @throws {ApplicationFailure} saying what is wrong with it, where it is no JSON object */
function object(given: string, wrong: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = parseExactly(given);
  } catch {
    throw misconfigured(wrong);
  }
  if (typeof parsed !== 'object' || parsed === null) throw misconfigured(wrong);
  return parsed as Record<string, unknown>;
}

function headers(environment: NodeJS.ProcessEnv): Record<string, string> {
  const given = setting(environment, 'OPENAI_HEADERS');
  if (given === undefined) return {};
  const wrong = 'OPENAI_HEADERS must be a JSON object of texts, such as {"x-team": "support"}';
  const parsed = object(given, wrong);
  if (Array.isArray(parsed) || Object.values(parsed).some((value) => typeof value !== 'string'))
    throw misconfigured(wrong);
  return parsed as Record<string, string>;
}

function query(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(setting(environment, 'OPENAI_QUERY') ?? ''));
}

function idle(environment: NodeJS.ProcessEnv): number {
  const given = setting(environment, 'FANFOLD_MODEL_IDLE');
  if (given === undefined) return defaultIdleMs;
  try {
    // Digits alone are milliseconds, as everywhere.
    const ms = milliseconds(/^\d+$/.test(given) ? Number(given) : (given as '90s'), 'FANFOLD_MODEL_IDLE');
    if (ms > 0) return Math.min(ms, 2 ** 31 - 1);
  } catch {
    // Said below.
  }
  throw misconfigured(`FANFOLD_MODEL_IDLE is '${given}'; it must be a duration such as 90s`);
}

function number(environment: NodeJS.ProcessEnv, name: string, least: number, most: number): number | undefined {
  const given = setting(environment, name);
  if (given === undefined) return undefined;
  const value = Number(given);
  if (value >= least && value <= most) return value;
  throw misconfigured(`${name} is '${given}'; it must be a number from ${least} to ${most}`);
}

function misconfigured(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'ModelNotConfigured');
}

function setting(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}
