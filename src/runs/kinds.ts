/**
 * The kinds of run that the library itself brings, and the list of all kinds that a client, a service or a command knows.
 */
import { many } from '../core/text/span.ts';
import { z } from 'zod';
import { taskIds } from '../core/options.ts';
import type { MapInput } from '../core/map/types.ts';
import type { RunTasksInput } from '../core/run.ts';
import { FanfoldError } from '../errors.ts';
import type { Kind } from './kind.ts';
import { checkRouteNames } from './route-names.ts';
import { context, docs, runOptions } from './schema.ts';

/**
 * Up to here a workflow task takes milliseconds, and one that dies with its worker is given up after a second. Temporal's
 * default is ten seconds; too short is worse than too long, since a task that never fits is tried for ever.
 */
const fewTasks = 300;

const text = z.string().min(1).max(1000);

const task = z
  .strictObject({
    id: text.clone().register(docs, { description: 'Unique in the run', examples: ['first'] }),
    activity: text.clone().register(docs, { description: 'The name of a registered activity', examples: ['echo'] }),
    input: z.exactOptional(z.unknown()).register(docs, { description: 'What the activity is given' }),
    cost: z
      .exactOptional(z.number().min(0))
      .register(docs, { description: 'What it counts against the budget; 1 unless given' }),
    cacheKey: z.exactOptional(text).register(docs, {
      description:
        'Tasks of the same activity and key share one execution, in this run or another of its tenant, until the result expires',
    }),
    shared: z.exactOptional(z.literal(true)).register(docs, {
      description:
        "Shares what is kept by its `cacheKey` with the runs of all tenants that declare it too; a tenant's token may, where its holder `mayShare`",
    }),
    limit: z.exactOptional(text).register(docs, { description: 'The named limit it waits at' }),
  })
  .register(docs, { id: 'Task' });

const tasksInput = z.strictObject({
  tasks: z.array(task).register(docs, { examples: [[{ id: 'first', activity: 'echo', input: 1 }]] }),
  ...context,
});

/** Registered activities as data. */
export const tasksKind: Kind<RunTasksInput> = {
  name: 'tasks',
  workflow: 'runTasks',
  noun: 'task',
  about: 'Runs registered activities side by side, given as a list of tasks',
  input: tasksInput,
  summary: ({ tasks }) => many(tasks.length, 'task'),
  count: ({ tasks }) => taskIds(tasks, ({ id }) => id).length,
  task: ({ tasks }, id) => tasks.find((each) => each.id === id),
  quick: ({ tasks }) => tasks.length <= fewTasks,
};

const sourceFormat = {
  format: z.enum(['jsonl', 'csv']),
  delimiter: z.exactOptional(
    z
      .string()
      .regex(/^[\t -!#-~]$/, 'must be one character of ASCII, and no quote')
      .register(docs, { description: 'Between the columns of CSV; guessed by the header unless given' }),
  ),
  encoding: z.exactOptional(
    z
      .enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
      .register(docs, { description: 'By the mark of the bytes, else UTF-8, unless given' }),
  ),
};
const list = z.strictObject({ kind: z.literal('list'), items: z.array(z.unknown()) });
const query = z.strictObject({
  kind: z.literal('query'),
  activity: text.clone().register(docs, {
    description: 'Answers `{ items, cursor? }` to `{ input, cursor? }`, asked again while there is a cursor',
  }),
  input: z.exactOptional(z.unknown()),
});
const range = z.strictObject({ kind: z.literal('range'), count: z.int().min(0).max(1e7) });

/** A file, any object of the store and pages of it are for callers on the workers' own machines. */
const source = z.discriminatedUnion('kind', [
  list,
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1), ...sourceFormat }),
  z.strictObject({ kind: z.literal('stored'), key: text, ...sourceFormat }),
  z.strictObject({ kind: z.literal('pages'), key: text }),
  query,
  z.strictObject({ kind: z.literal('range'), count: z.int().min(0) }),
]);

/** Who may use the service may not thereby read its workers' disks. */
const remoteSource = z
  .discriminatedUnion('kind', [
    list,
    z.strictObject({
      kind: z.literal('stored'),
      key: z
        .string()
        .regex(/^items(\/[A-Za-z0-9][A-Za-z0-9._=@+:%~-]{0,199})+$/)
        .register(docs, { description: 'An object of the store below `items/`', examples: ['items/today.jsonl'] }),
      ...sourceFormat,
    }),
    query,
    range,
  ])
  .register(docs, {
    id: 'MapSource',
    description: 'Where the items come from',
    examples: [{ kind: 'list', items: ['a', 'b'] }],
  });

const mapOptions = runOptions
  .extend({
    granularity: z
      .exactOptional(
        z.union([z.enum(['auto', 'task']), z.int().min(1).max(10_000)], {
          error:
            "must be 'auto', 'task' or a number of tasks from 1 to 10000: a map run's tasks are never in its workflow",
        }),
      )
      .register(docs, { description: 'Auto, task for an activity each, or how many travel together' }),
    idField: z.exactOptional(text).register(docs, {
      description: 'The field of an item that names its task; `id` unless given, else its position',
    }),
  })
  .register(docs, { id: 'MapOptions', description: 'The stopping rule and the limits of a map run' });

const mapShape = {
  activity: text.clone().register(docs, {
    description: 'The registered activity that is run for each item',
    examples: ['echo'],
  }),
  options: z.exactOptional(mapOptions),
};

const mapInput = z.strictObject({
  ...mapShape,
  source,
  program: z.exactOptional(z.strictObject({ module: z.string(), name: z.string() })),
  redriveOf: z.exactOptional(z.string()),
  earlier: z.exactOptional(z.string()),
  earlierSettled: z.exactOptional(z.boolean()),
  earlierLost: z.exactOptional(z.array(z.tuple([z.int(), z.int()]))),
});

/** One registered activity over items that are never in a message. */
export const mapKind: Kind<MapInput> = {
  name: 'map',
  workflow: 'mapItems',
  noun: 'task',
  about: 'Runs one registered activity over very many items, which may be a file or a range',
  input: mapInput,
  remote: z.strictObject({ ...mapShape, source: remoteSource }) as z.ZodType<MapInput>,
  options: mapOptions,
  summary: ({ activity, source: { kind } }) => `${activity} over a ${kind}`,
  count: ({ source: from }) =>
    from.kind === 'list' ? from.items.length : from.kind === 'range' ? from.count : undefined,
  storeKeys: ({ source: from }) => (from.kind === 'stored' || from.kind === 'pages' ? [from.key] : []),
  // It never sees its tasks, so its workflow tasks are as short as those of a few.
  quick: () => true,
};

/** Kinds by their own name and by that of their workflow. */
export class Kinds {
  readonly all: readonly Kind[];
  readonly #byName: ReadonlyMap<string, Kind>;
  readonly #byWorkflow: ReadonlyMap<string, Kind>;

  /** @throws {TypeError} naming the kind or the workflow that is there twice, or a name that is no word or a route of another */
  constructor(own: readonly Kind[]) {
    this.all = [tasksKind, mapKind, ...own];
    this.#byName = unique(this.all, 'name');
    this.#byWorkflow = unique(
      this.all.filter(({ sharesWorkflow }) => !sharesWorkflow),
      'workflow',
    );
    const odd = this.all.find((kind) => !/^[a-z][a-z0-9-]{0,39}$/.test(kind.name));
    if (odd) throw new TypeError(`A kind's name is of a-z, 0-9 and -, at most 40 long, so not '${odd.name}'`);
    checkRouteNames(this.all);
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  find(name: string): Kind | undefined {
    return this.#byName.get(name);
  }

  /** The kind, or that of the name. @throws {FanfoldError} of type `InvalidInput`, with the names that there are */
  asked(kind: string | Kind): Kind {
    if (typeof kind !== 'string') return kind;
    const found = this.find(kind);
    if (found) return found;
    const message = `There is no kind of run '${kind.slice(0, 100)}'; there is: ${this.names.join(', ')}`;
    throw new FanfoldError('InvalidInput', message, 'kind');
  }

  ofWorkflow(type: string): Kind | undefined {
    return this.#byWorkflow.get(type);
  }

  /** The kind of a run, or the type of a workflow that is of none. */
  nameOf(type: string): string {
    return this.#byWorkflow.get(type)?.name ?? type;
  }
}

function unique(kinds: readonly Kind[], by: 'name' | 'workflow'): Map<string, Kind> {
  const found = new Map<string, Kind>();
  for (const kind of kinds) {
    if (found.has(kind[by])) throw new TypeError(`There are two kinds of run with the ${by} '${kind[by]}'`);
    found.set(kind[by], kind);
  }
  return found;
}
