/** Acting on a run that goes on, and doing again what failed in one that is over. */
import { z } from 'zod';
import type { Word } from '../runs/kind.ts';
import type { RunsClient } from '../runs/client.ts';
import { given } from '../core/given.ts';
import { describeRun } from '../runs/view.ts';
import * as answers from './answers.ts';
import { visible, type Caller, type Right } from './callers.ts';
import { answer } from './docs.ts';
import { refuseShared, startFor, withTenant } from './ownership.ts';
import { bodyOfWord, inPerson } from './people.ts';
import { answerStart } from './routes-runs.ts';
import * as schemas from './schemas.ts';
import { bounded, type App, type Service } from './service.ts';

interface Action<B extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly body: B;
  /** Rights besides that to change a run. */
  readonly needs?: readonly Right[];
  act(client: RunsClient, runId: string, body: z.output<B>, caller: Caller): Promise<unknown>;
}

export function routeControl(app: App, service: Service): void {
  const on = <B extends z.ZodType>(action: Action<B>): void => routeAction(app, service, action);
  on({
    name: 'settle',
    summary: 'Go on with what there is',
    body: schemas.settleBody,
    act: (client, id, body) => client.settle(id, body ?? {}),
  });
  on({
    name: 'extend',
    summary: 'Move the deadline',
    body: schemas.extendBody,
    act: (client, id, { by, ...target }) => client.extend(id, by, target),
  });
  on({
    name: 'cancel',
    summary: 'Cancel the run, or one task of it',
    body: schemas.cancelBody,
    act: (client, id, body) => client.cancel(id, body?.task),
  });
  on({
    name: 'tasks',
    summary: 'Add tasks, of the same form as those that the run began with',
    body: schemas.addBody,
    // It is new work as much as a start is.
    needs: ['start'],
    act: (client, id, { items, ...target }, caller) => {
      refuseShared(caller, items, 'items');
      return client.add(id, items, target);
    },
  });
  on({
    name: 'concurrency',
    summary: 'Set how many tasks run at once',
    body: schemas.concurrencyBody,
    act: (client, id, { concurrency, ...target }) => client.setConcurrency(id, concurrency, target),
  });
  on({
    name: 'minimum',
    summary: 'Set how many tasks must succeed',
    body: schemas.minimumBody,
    act: (client, id, minimum) => client.setMinimum(id, minimum),
  });
  routeWords(app, service);
  routeRedrive(app, service);
}

/** What a person may say to a run, from its kind; where two kinds have the same word, each body is held to its own kind's. */
function routeWords(app: App, service: Service): void {
  const words = new Map<string, Word[]>();
  for (const kind of service.client.kinds.all)
    for (const [name, word] of Object.entries(kind.words ?? {})) words.set(name, [...(words.get(name) ?? []), word]);
  for (const [name, [first, ...others]] of words) if (first) routeWord(app, service, name, first, others);
}

function routeWord(app: App, service: Service, name: string, word: Word, others: readonly Word[]): void {
  // Kinds may share one word, with one schema.
  const distinct = [word, ...others].filter(
    (each, index, all) => all.findIndex(({ body }) => body === each.body) === index,
  );
  const bodies = distinct.map((each) => bodyOfWord(each, service.tokens.namesPeople));
  const body = bodies.length === 1 ? bodies[0] : z.union(bodies);
  const schema = {
    operationId: `${name}-run`,
    tags: ['control'],
    summary: word.summary,
    params: schemas.runParams,
    body,
    response: { 200: word.answer ? answer('What came of it', word.answer) : answer('The run after it', answers.run) },
    'x-problems': [404, 409, 413, 415, 422],
  } as const;
  const route = { schema, config: { needs: [word.needs ?? 'approve'] } } as const;
  app.post(`/runs/:id/${name}`, route, async ({ params: { id }, body: said, caller }) =>
    bounded(service, async () => {
      const { kind } = await describeRun(service.client, id);
      const meant = service.client.kinds.find(kind)?.words?.[name] ?? word;
      const answered: unknown = await service.client.say(id, name, inPerson(caller, meant, said as object));
      return word.answer ? answered : visible(caller, await service.client.get(id));
    }),
  );
}

/** Answers with the run as the change left it. */
function routeAction<B extends z.ZodType>(app: App, service: Service, action: Action<B>): void {
  const { name, summary, body, act, needs = [] } = action;
  const schema = {
    operationId: `${name}-run`,
    tags: ['control'],
    summary,
    params: schemas.runParams,
    body: body as z.ZodType,
    response: { 200: answer('The run after the change', answers.run) },
    'x-optional-body': body.safeParse(null).success,
    'x-problems': [404, 409, 413, 415, 422],
  } as const;
  const route = { schema, config: { needs: ['control', ...needs] } } as const;
  app.post(`/runs/:id/${name}`, route, async ({ params: { id }, body: asked, caller }) =>
    bounded(service, async () => {
      await act(service.client, id, asked as z.output<B>, caller);
      return visible(caller, await service.client.get(id));
    }),
  );
}

function routeRedrive(app: App, service: Service): void {
  const schema = {
    operationId: 'redrive-run',
    tags: ['control'],
    summary: 'A new run of only what failed, was cancelled or never started; its fan-in is of the whole',
    params: schemas.runParams,
    body: schemas.redriveBody,
    response: { 200: answer('The run that has the id', answers.joined), 202: answer('The new run', answers.run) },
    'x-optional-body': true,
    'x-location': [200, 202],
    'x-problems': [402, 404, 409, 413, 415, 422, 429],
  } as const;
  const route = { schema, config: { needs: ['start'] }, onRequest: service.limitStarts } as const;
  app.post('/runs/:id/redrive', route, async ({ params: { id }, body, caller }, reply) => {
    const { options } = withTenant(caller, given({ options: body?.options }));
    const asked = given({ id: body?.id, options });
    const started = await startFor(service, caller, body?.id, () => service.client.redrive(id, asked));
    return answerStart(service, { caller, reply }, 'redrive', started);
  });
}
