/**
 * `fanfold.config.ts`, `.mjs`, `.js` or `.json` of the working directory, or what `FANFOLD_CONFIG` names.
 * The surprising rule: a file that cannot be meant ends the process that reads it, since a limit that is silently not
 * there is noticed only by the API.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { z } from 'zod';
import { sourceDescription, type SourceDescription } from '../agents/research/activities/sources/described.ts';
import type { FanfoldSettings, LimitSettings } from './learned/settings.ts';

const amount = z.number().positive().max(1e9);

const limitSettings = z.strictObject({
  concurrency: z.exactOptional(z.int().min(1).max(10_000)),
  perSecond: z.exactOptional(amount),
  perMinute: z.exactOptional(amount),
  tokensPerMinute: z.exactOptional(amount),
  adapt: z.exactOptional(z.boolean()),
});

const fanfoldSettings = z.strictObject({
  limits: z.exactOptional(
    z.record(
      z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'a name is of letters, digits, - and _, and at most 64 long'),
      limitSettings,
    ),
  ),
  sources: z.exactOptional(z.array(sourceDescription)),
});

export type Limits = Readonly<Record<string, LimitSettings>>;

export interface Settings {
  /** The file that was read; undefined where there is none. */
  readonly file: string | undefined;
  readonly limits: Limits;
  readonly sources?: readonly SourceDescription[];
}

const names = ['fanfold.config.ts', 'fanfold.config.mjs', 'fanfold.config.js', 'fanfold.config.json'];

/** Its message names the file and the key. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws {SettingsError} for a file that is not there or cannot be meant */
export async function readSettings(
  environment: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
): Promise<Settings> {
  const file = find(environment['FANFOLD_CONFIG']?.trim() || undefined, folder);
  if (file === undefined) return { file, limits: {} };
  return { file, ...checkSettings(await load(file), file) };
}

/** @param origin names where the settings come from in the message of an error */
export function checkSettings(given: unknown, origin: string): Omit<Settings, 'file'> {
  const checked = fanfoldSettings.safeParse(given);
  if (!checked.success) throw new SettingsError(`${origin}: ${checked.error.issues.map(tell).join('; ')}`);
  const { limits = {}, sources } = checked.data satisfies FanfoldSettings;
  return { limits, ...(sources ? { sources } : {}) };
}

function find(asked: string | undefined, folder: string): string | undefined {
  if (asked === undefined) return names.map((name) => resolve(folder, name)).find((file) => existsSync(file));
  const file = resolve(folder, asked);
  if (existsSync(file)) return file;
  throw new SettingsError(`FANFOLD_CONFIG names ${file}, and there is no such file`);
}

async function load(file: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'));
    const { createJiti } = await import('jiti');
    return await createJiti(import.meta.url).import(file, { default: true });
  } catch (error) {
    throw new SettingsError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function tell({ path, message, ...issue }: z.core.$ZodIssue): string {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const key = [...path, ...keys].join('.');
  return `\`${key || 'the whole'}\` ${message.replace(/^Invalid input: /, '')}`;
}
