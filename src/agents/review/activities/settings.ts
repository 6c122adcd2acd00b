/**
 * How a project wants to be reviewed: `.fanfoldignore`, `fanfold.review.json`, and what `.gitattributes` says to code hosts
 * of files that are generated or vendored; all in the reviewed folder, and all data.
 * A file that cannot be read as such is an error that names it, since what it left out would be reported otherwise.
 */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { parseExactly, systemCode, unlessMissing } from '../../../activities/index.ts';
import { severities } from '../pure/findings.ts';
import { globs } from '../pure/globs.ts';
import { isTestPath } from '../pure/places.ts';
import type { ReviewSettings } from '../pure/settings.ts';

export const settingsFile = 'fanfold.review.json';
export const ignoreFile = '.fanfoldignore';
const attributesFile = '.gitattributes';
const mostBytes = 256 * 1024;

const patterns = z.array(z.string().min(1).max(500)).max(1000);
const rules = z.record(z.string().min(1).max(200), z.enum([...severities, 'off']));
const form = z.strictObject({
  $schema: z.string().optional(),
  /** Patterns as in `.gitignore`. */
  ignore: patterns.optional(),
  /** Which files are test code, beside those that are called so. */
  tests: patterns.optional(),
  rules: rules.optional(),
  overrides: z
    .array(z.strictObject({ files: patterns, rules }))
    .max(200)
    .optional(),
});

export interface ProjectSettings extends ReviewSettings {
  /** What `fanfold.review.json` names: rules, with whether they are only switched off, and patterns. */
  readonly named: { readonly rules: ReadonlyMap<string, boolean>; readonly patterns: readonly string[] };
  /** The file that leaves this path out; undefined where none does. */
  ignoredBy(path: string): string | undefined;
}

/** @throws {ApplicationFailure} of type `InvalidInput` for settings that cannot be meant, naming file and field */
export async function readProjectSettings(root: string): Promise<ProjectSettings> {
  // What is for code hosts need not be as it is read here.
  const hosts = read(root, attributesFile).catch(() => undefined);
  const [json, listed, attributes] = await Promise.all([read(root, settingsFile), read(root, ignoreFile), hosts]);
  const { ignore: left = [], tests = [], rules: of = {}, overrides = [] } = json === undefined ? {} : parsed(json);
  const marked = attributes === undefined ? [] : otherPatterns(attributes);
  const [byFile, bySettings, byAttributes, test] = [listed?.split(/\r?\n/) ?? [], left, marked, tests].map((each) =>
    globs(each),
  );
  return {
    named: {
      rules: new Map([of, ...overrides.map((each) => each.rules)].flatMap(severitiesIn)),
      patterns: [...left, ...tests, ...overrides.flatMap(({ files }) => files)],
    },
    rules: of,
    overrides: overrides.map(({ files, rules: own }) => ({ matches: globs(files), rules: own })),
    isTest: (path) => isTestPath(path) || test?.(path) === true,
    ignoredBy(path) {
      if (byFile?.(path)) return ignoreFile;
      if (bySettings?.(path)) return settingsFile;
      return byAttributes?.(path) ? attributesFile : undefined;
    },
  };
}

/** A rule that is switched off in one place may have a severity in another. */
function severitiesIn(of: z.infer<typeof rules>): [rule: string, isOff: boolean][] {
  return Object.entries(of).map(([rule, severity]) => [rule, severity === 'off']);
}

const attribute = /^(-)?linguist-(?:generated|vendored)(?:=(true|false))?$/;

/** Patterns of files that somebody else or a program wrote; one that says the opposite takes them back. */
function otherPatterns(attributes: string): string[] {
  return attributes.split(/\r?\n/).flatMap((line) => {
    const [pattern = '', ...rest] = line.trim().split(/[ \t]+/);
    if (pattern === '' || pattern.startsWith('#') || pattern.startsWith('"')) return [];
    return rest.flatMap((each) => {
      const [whole, minus, value] = attribute.exec(each) ?? [];
      if (whole === undefined) return [];
      return minus !== undefined || value === 'false' ? [`!${pattern}`] : [pattern];
    });
  });
}

async function read(root: string, name: string): Promise<string | undefined> {
  const path = join(root, name);
  const closed = (error: unknown): never => {
    throw unusable(name, `it cannot be read (${systemCode(error)})`);
  };
  const status = await unlessMissing(lstat(path)).catch(closed);
  if (!status) return undefined;
  if (!status.isFile() || status.size > mostBytes)
    throw unusable(name, `it must be a file of at most ${mostBytes} bytes`);
  return readFile(path, 'utf8').catch(closed);
}

function parsed(text: string): z.infer<typeof form> {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw unusable(settingsFile, `it is not JSON: ${(error as Error).message}`);
  }
  const { data, error } = form.safeParse(value);
  if (data) return data;
  throw unusable(settingsFile, z.prettifyError(error));
}

function unusable(name: string, why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${name} cannot be used: ${why}`.slice(0, 1000), 'InvalidInput');
}
