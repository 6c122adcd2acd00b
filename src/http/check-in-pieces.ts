/**
 * A body held to its schema, a long list in it piece by piece up to the first piece with a mistake: to make a mistake costs
 * far more than to find none, and nobody reads a million of them.
 */
import { validatorCompiler } from 'fastify-type-provider-zod';

type Compiler = typeof validatorCompiler;
interface Checked {
  readonly error?: unknown;
  readonly value?: unknown;
}
type Path = readonly string[];

interface LongList {
  readonly at: Path;
  readonly items: readonly unknown[];
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** Items of a piece. */
const pieceItems = 1000;
/** Where lists of work are: at the top, or in an `input`, or in the `source` of one. */
const deepest = 3;
const mostKeys = 100;

/** Lists of mistakes that are those of a beginning of the body alone. */
const ofBeginnings = new WeakSet<object>();

/** Whether there may be more mistakes behind these. */
export function isOfBeginning(mistakes: object): boolean {
  return ofBeginnings.has(mistakes);
}

export const checkInPieces: Compiler = (route) => {
  // The framework's type has what other validators answer as well.
  const check = validatorCompiler(route) as (body: unknown) => Checked;
  return ((body: unknown): Checked => {
    for (const list of longListsIn(body)) {
      const found = mistakesIn(list, body, check);
      if (found) return found;
    }
    return check(body);
  }) as ReturnType<Compiler>;
};

function* longListsIn(value: unknown, at: Path = []): Generator<LongList> {
  if (Array.isArray(value)) {
    if (at.length > 0 && value.length > pieceItems) yield { at, items: value };
    return;
  }
  if (typeof value !== 'object' || value === null || at.length === deepest) return;
  const keys = Object.keys(value);
  if (keys.length > mostKeys) return;
  for (const key of keys) yield* longListsIn((value as Readonly<Record<string, unknown>>)[key], [...at, key]);
}

/** What is wrong up to the end of the first piece that has a mistake. */
function mistakesIn({ at, items }: LongList, body: unknown, check: (body: unknown) => Checked): Checked | undefined {
  for (let from = 0; from < items.length; from += pieceItems) {
    const piece = check(withList(body, at, items.slice(from, from + pieceItems)));
    if (!hasMistakeIn(piece, at)) continue;
    // With what is before it, each mistake has the place that it has in the whole.
    const found = check(withList(body, at, items.slice(0, from + pieceItems)));
    if (!hasMistakeIn(found, at)) continue;
    if (from + pieceItems < items.length) ofBeginnings.add(found.error as object);
    return found;
  }
  return undefined;
}

function withList(value: unknown, [key, ...rest]: Path, items: readonly unknown[]): unknown {
  if (key === undefined) return items;
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: withList(fields[key], rest, items) };
}

/** A mistake elsewhere may be one of the piece alone, such as too few tasks. */
function hasMistakeIn({ error }: Checked, at: Path): boolean {
  if (!Array.isArray(error)) return false;
  const found = error as readonly { readonly instancePath: string; readonly params: Pick<Issue, 'errors'> }[];
  return found.some(({ instancePath, params }) =>
    isWithin({ ...params, path: instancePath.split('/').filter((part) => part !== '') }, at),
  );
}

function isWithin({ path, errors = [] }: Issue, at: Path): boolean {
  if (path.length > at.length && at.every((part, index) => String(path[index]) === part)) return true;
  return errors.some((form) => form.some((issue) => isWithin({ ...issue, path: [...path, ...issue.path] }, at)));
}
