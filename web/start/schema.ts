/** What a kind of run is asked, read from the service's own OpenAPI document. */
import { parseExactly, roundedIn } from '../../src/core/json.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

export interface OpenApi {
  readonly paths: Readonly<
    Record<string, { readonly post?: { readonly summary?: string; readonly requestBody?: Body } }>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Body {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** The schemas of what a start takes; undefined where the service has no such kind. */
export function startOf(
  document: OpenApi,
  kind: string,
): { readonly input: Schema; readonly options?: Schema } | undefined {
  const body = document.paths[`/runs/${kind}`]?.post?.requestBody?.content['application/json']?.schema;
  if (!body) return undefined;
  const whole = resolved(document, body);
  // Where a kind takes its fields at the top as well, the form with `input` is the one that all kinds take.
  const wrapped = [whole, ...(whole.anyOf ?? []), ...(whole.oneOf ?? [])]
    .map((each) => resolved(document, each))
    .find(({ properties }) => properties?.['input']);
  const { input, options } = wrapped?.properties ?? {};
  if (!input) return undefined;
  return { input: resolved(document, input), ...(options ? { options: resolved(document, options) } : {}) };
}

/** What a reference names, in place of it; as it is where it names nothing. */
export function resolved(document: OpenApi, schema: Schema): Schema {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  const found = name === undefined ? undefined : document.components.schemas[name];
  return found
    ? { ...found, ...(schema.description === undefined ? {} : { description: schema.description }) }
    : schema;
}

export type FieldForm = 'text' | 'longText' | 'number' | 'boolean' | 'choice' | 'lines' | 'file' | 'files' | 'json';

const simple: Readonly<Record<string, FieldForm>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  'array of string': 'lines',
};

/** How a field is filled in; what fits no simple one is written as JSON. */
export function formOf(name: string, schema: Schema): FieldForm {
  const { items } = schema;
  if (isFile(schema)) return 'file';
  return items && isFile(items) ? 'files' : formOfValue(name, schema);
}

function formOfValue(
  name: string,
  { type = '', enum: choices, anyOf = [], oneOf = [], items = {} }: Schema,
): FieldForm {
  if (choices?.every((choice) => typeof choice === 'string')) return 'choice';
  if (type === 'string') return isLong(name) ? 'longText' : 'text';
  return (
    simple[`${type}${items.type ? ` of ${items.type}` : ''}`] ??
    (isTextOrNumber([...anyOf, ...oneOf]) ? 'text' : 'json')
  );
}

/** Such as a time, which is milliseconds or has its unit: a text does for both. */
function isTextOrNumber(schemas: readonly Schema[]): boolean {
  const types = schemas.map((each) => each.type ?? '');
  return types.includes('string') && types.every((type) => ['string', 'number', 'integer'].includes(type));
}

/** What may be given with its name and its bytes. */
function isFile({ anyOf = [], oneOf = [] }: Schema): boolean {
  return [...anyOf, ...oneOf].some(({ properties = {} }) => properties['name'] && properties['base64']);
}

/** What people write in sentences. */
function isLong(name: string): boolean {
  return ['question', 'message', 'text', 'content', 'note'].includes(name);
}

/**
 * What was filled in, as the field's value; undefined where nothing was.
 *
 * @throws {Error} saying what is wrong
 */
export function valueOf(form: FieldForm, said: string): unknown {
  if (form === 'boolean') return said === 'true' ? true : said === 'false' ? false : undefined;
  if (said.trim() === '') return undefined;
  if (form === 'number') return exactNumber(said);
  if (form === 'lines') return linesOf(said);
  if (form !== 'json') return said.trim();
  try {
    return parseExactly(said);
  } catch (error) {
    throw new Error(`is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** An id of 64 bits that was rounded would be another one's. */
function exactNumber(said: string): number {
  const rounded = roundedIn(said);
  if (rounded !== undefined) throw new Error(rounded);
  return Number(said);
}

/** What is written on lines of its own. */
export function linesOf(said: string): string[] {
  return said
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
