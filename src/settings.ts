/**
 * `fanfold.config.ts`, `.mjs`, `.js` or `.json` of the working directory, or what `FANFOLD_CONFIG` names.
 * A file that cannot be meant ends the process that reads it, since a limit that is silently not
 * there is noticed only by the API.
 */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { z } from 'zod';
import { settingsFile } from './config.ts';
import { parseExactly } from './core/json.ts';
import { noteUnknownKeys, unknownKey } from './core/unknown-keys.ts';
import type { Limits } from './limits/learned/settings.ts';

const amount = z.number().positive().max(1e9);

const limitSettings = z.strictObject({
  concurrency: z.optional(z.int().min(1).max(10_000)),
  perSecond: z.optional(amount),
  perMinute: z.optional(amount),
  tokensPerMinute: z.optional(amount),
  adapt: z.optional(z.boolean()),
});

const tenantBudget = z
  .strictObject({
    cost: z.optional(z.number().min(0).max(1e12)),
    tokens: z.optional(z.int().min(0).max(1e15)),
    per: z.optional(z.enum(['day', 'month'])),
  })
  .refine(({ cost, tokens }) => cost !== undefined || tokens !== undefined, 'must say `cost`, `tokens` or both');

/** What is made of code is checked by whoever takes it; here only that it is a list. */
const list = z.optional(z.array(z.custom<object>((value) => typeof value === 'object' && value !== null)));

/** Codecs that are none would leave in clear what is meant to be encrypted. */
function isDataConverter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { payloadCodecs = [] } = value as { payloadCodecs?: unknown };
  return Array.isArray(payloadCodecs) && payloadCodecs.every(isCodec);
}

function isCodec(value: unknown): boolean {
  const { encode, decode } = (value ?? {}) as { encode?: unknown; decode?: unknown };
  return typeof encode === 'function' && typeof decode === 'function';
}

const fanfoldSettings = z.strictObject({
  limits: z.optional(
    z.record(
      z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'a name is of letters, digits, - and _, and at most 64 long'),
      limitSettings,
    ),
  ),
  budgets: z.optional(z.record(z.string().min(1).max(64), tenantBudget)),
  sources: list,
  kinds: list,
  parts: list,
  faces: list,
  agents: list,
  dataConverter: z.optional(
    z.custom<DataConverter>(
      isDataConverter,
      'must be a data converter of Temporal, such as { payloadCodecs: [codec] }',
    ),
  ),
  workflows: z.optional(z.string().min(1)),
});

/**
 * As the file says it; what is made of code is typed by whoever takes it.
 *
 * @example const { limits, file }: Settings = await readSettings();
 */
export interface Settings extends z.output<typeof fanfoldSettings> {
  /** The file that was read; undefined where there is none. */
  readonly file: string | undefined;
  readonly limits: Limits;
}

/**
 * Its message names the file and the key.
 *
 * @example try { await readSettings(); } catch (error) { if (error instanceof SettingsError) console.error(error.message); }
 */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * What the settings file of a folder says; without a file all is as usual.
 *
 * @throws {SettingsError} for a file that is not there or cannot be meant
 * @example const { limits } = await readSettings();
 */
export async function readSettings(
  environment: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
): Promise<Settings> {
  const file = settingsFile(environment, folder);
  if (file === undefined) return { file, limits: {} };
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts) throw new SettingsError(`FANFOLD_CONFIG names ${file}, and there is no such file`);
  const version = `${facts.mtimeMs} ${facts.size}`;
  const known = reads.get(file);
  if (known?.version === version) return known.settings;
  const settings = readFrom(file);
  reads.set(file, { version, settings });
  // What is wrong is said again to whoever asks next.
  settings.catch(() => reads.delete(file));
  return settings;
}

/** A command, its worker and its service ask for the same file, which is read once until it changes. */
const reads = new Map<string, { readonly version: string; readonly settings: Promise<Settings> }>();

async function readFrom(file: string): Promise<Settings> {
  const settings = checkSettings(await load(file), file);
  const { workflows } = settings;
  return {
    file,
    ...withAgents(settings),
    ...(workflows === undefined ? {} : { workflows: resolve(dirname(file), workflows) }),
  };
}

/** An agent is a kind and a part, so whoever takes these takes agents as well. @throws {SettingsError} */
function withAgents({ agents = [], ...settings }: Omit<Settings, 'file'>): Omit<Settings, 'file'> {
  const all = agents.map((each: object, index) => {
    const { kind, part } = each as { kind?: unknown; part?: unknown };
    if (typeof kind === 'object' && kind !== null && typeof part === 'object' && part !== null) return { kind, part };
    throw new SettingsError(`\`agents[${index}]\` is no agent: make it with \`defineAgent\` of fanfold/agent`);
  });
  if (all.length === 0) return settings;
  const kinds = [...(settings.kinds ?? []), ...all.map(({ kind }) => kind)];
  const parts = [...(settings.parts ?? []), ...all.map(({ part }) => part)];
  return { ...settings, kinds, parts };
}

/** @param origin names where the settings come from in the message of an error */
export function checkSettings(given: unknown, origin: string): Omit<Settings, 'file'> {
  const { limits = {}, ...settings } = checkPart(fanfoldSettings, given, origin);
  return { ...settings, limits };
}

/**
 * A part of the settings held to its schema, by the room that it is for.
 *
 * @throws {SettingsError} naming the origin and each key that cannot be meant
 * @example const sources = checkPart(z.array(z.string()), settings.sources, 'fanfold.config.ts');
 */
export function checkPart<S extends z.ZodType>(schema: S, given: unknown, origin: string): z.output<S> {
  const checked = schema.safeParse(given, { error: noteUnknownKeys });
  if (checked.success) return checked.data;
  throw new SettingsError(`${origin}: ${checked.error.issues.map(describe).join('; ')}`);
}

async function load(file: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return parseExactly(await readFile(file, 'utf8'));
    const { createJiti } = await import('jiti');
    return await createJiti(import.meta.url).import(file, { default: true });
  } catch (error) {
    throw new SettingsError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function describe({ path, message, ...issue }: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const { keys } = issue;
    return keys.map((key) => `\`${[...path, key].join('.')}\`: ${unknownKey(keys, key)}`).join('; ');
  }
  return `\`${path.join('.') || 'the whole'}\` ${message.replace(/^Invalid input: /, '')}`;
}
