/**
 * Packages that only some features need: loaded at the first use, and asked for by name with the line that installs them.
 * Who only fans out installs none of them.
 */
import { createRequire } from 'node:module';
import { FanfoldError } from '../errors.ts';
import { packageFacts } from './files.ts';

const needs = {
  'The HTTP service': [
    'fastify',
    '@fastify/rate-limit',
    '@fastify/swagger',
    'fastify-type-provider-zod',
    'prom-client',
  ],
  'The metrics of a worker': ['prom-client'],
  Traces: [
    '@opentelemetry/api',
    '@opentelemetry/core',
    '@opentelemetry/exporter-trace-otlp-proto',
    '@opentelemetry/instrumentation-undici',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace-base',
    '@opentelemetry/sdk-trace-node',
    '@temporalio/interceptors-opentelemetry',
  ],
  Research: ['fast-xml-parser', 'franc-min', 'html-to-text', 'minisearch'],
  'Reading PDFs': ['unpdf'],
  'Reading web pages': ['@mozilla/readability', 'linkedom'],
  Review: ['oxlint', 'smol-toml', 'typescript', '@astral-sh/ruff-wasm-nodejs', '@vscode/tree-sitter-wasm'],
  Reconciliation: ['csv-parse', 'currency-codes', 'fast-xml-parser', 'iconv-lite'],
  'A language model': ['openai'],
  'A database of SQLite': ['@libsql/client'],
  'A database of PostgreSQL': ['pg'],
  'A profile of Temporal': ['@temporalio/envconfig'],
  'A store of S3': ['@aws-sdk/client-s3'],
} as const satisfies Record<string, readonly string[]>;

/**
 * What needs packages beside those that come along.
 *
 * @example const reader: Feature = 'Reading PDFs';
 */
export type Feature = keyof typeof needs;

/** All packages that some feature needs and that are not installed with fanfold. */
export const optionalPackages: readonly string[] = [...new Set(Object.values(needs).flat())].toSorted();

/**
 * What a feature loads.
 *
 * @throws {FanfoldError} of type `MissingPackage`, with the line that installs what is missing
 * @example const { default: pg } = await installed('A database of PostgreSQL', () => import('pg'));
 */
export async function installed<T>(feature: Feature, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw missing(feature, error) ?? error;
  }
}

/**
 * As {@link installed}, for what is loaded at once.
 *
 * @example const { OpenAI } = installedNow('A language model', () => require('openai'));
 */
export function installedNow<T>(feature: Feature, load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw missing(feature, error) ?? error;
  }
}

const notFound = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** Undefined where the error is another one than that a package of the feature is not there. */
function missing(feature: Feature, error: unknown): FanfoldError | undefined {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  if (!notFound.has(code ?? '') || !needs[feature].some((name) => message?.includes(`'${name}`))) return undefined;
  const require = createRequire(import.meta.url);
  const absent = needs[feature].filter((name) => !isThere(require, name));
  // As a range of a peer it would refuse projects that have another version for ends of their own.
  const { devDependencies = {} } = packageFacts();
  const line = absent.map((name) => `${name}@${versionOf(name, require, devDependencies)}`).join(' ');
  const packages = absent.length === 1 ? `the package ${absent[0]}, which is` : `packages that are`;
  return new FanfoldError('MissingPackage', `${feature} needs ${packages} not installed: npm i ${line}`);
}

/** Of a package of Temporal that of the others, as they must agree. */
function versionOf(name: string, require: NodeJS.Require, tested: Readonly<Record<string, string>>): string {
  if (!name.startsWith('@temporalio/')) return tested[name] ?? 'latest';
  return (require('@temporalio/common/package.json') as { version: string }).version;
}

function isThere(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // A package that cannot be required may be there all the same.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}
