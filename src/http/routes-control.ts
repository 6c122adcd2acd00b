/** Acting on a run that goes on, and doing again what failed in one that is over. */
import { z } from 'zod';
import type { Word } from '../runs/kind.ts';
import type { RunsClient } from '../runs/client.ts';
import * as answers from './answers.ts';
import { answer } from './docs.ts';
import type { ProblemStatus } from './problems.ts';
import { answerStart } from './routes-runs.ts';
import * as schemas from './schemas.ts';
import { bounded, type App, type Service } from './service.ts';

interface Action<B extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly body: B;
  /** Statuses besides those of any action. */
  readonly problems?: readonly ProblemStatus[];
  act(client: RunsClient, runId: string, body: z.output<B>): Promise<unknown>;
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
    problems: [422],
    act: (client, id, { items, ...target }) => client.add(id, items, target),
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
  const body = others.length === 0 ? word.body : z.union([word.body, ...others.map((each) => each.body)]);
  const schema = {
    operationId: `${name}-run`,
    tags: ['control'],
    summary: word.summary,
    params: schemas.runParams,
    body,
    response: { 200: word.answer ? answer('What came of it', word.answer) : answer('The run after it', answers.run) },
    'x-problems': [404, 409, 413, 415, 422],
  } as const;
  app.post(`/runs/:id/${name}`, { schema }, async ({ params: { id }, body: said }) =>
    bounded(service, async () => {
      const told: unknown = await service.client.say(id, name, said as object);
      return word.answer ? told : service.client.get(id);
    }),
  );
}

/** Answers with the run as the change left it. */
function routeAction<B extends z.ZodType>(app: App, service: Service, action: Action<B>): void {
  const { name, summary, body, act, problems = [] } = action;
  const schema = {
    operationId: `${name}-run`,
    tags: ['control'],
    summary,
    params: schemas.runParams,
    body: body as z.ZodType,
    response: { 200: answer('The run after the change', answers.run) },
    'x-optional-body': body.safeParse(null).success,
    'x-problems': [404, 409, 413, 415, ...problems],
  } as const;
  app.post(`/runs/:id/${name}`, { schema }, async ({ params: { id }, body: asked }) => {
    return bounded(service, async () => {
      await act(service.client, id, asked as z.output<B>);
      return service.client.get(id);
    });
  });
}

function routeRedrive(app: App, service: Service): void {
  const schema = {
    operationId: 'redrive-run',
    tags: ['control'],
    summary: 'A new run of only what failed, was cancelled or never started; its fan-in is of the whole',
    params: schemas.runParams,
    body: schemas.redriveBody,
    response: { 200: answer('The run that has the id', answers.run), 202: answer('The new run', answers.run) },
    'x-optional-body': true,
    'x-location': [200, 202],
    'x-problems': [404, 409, 413, 415, 422, 429],
  } as const;
  app.post('/runs/:id/redrive', { schema, onRequest: service.limitStarts }, async ({ params: { id }, body }, reply) => {
    const started = await bounded(service, () => service.client.redrive(id, body ?? {}));
    return answerStart(service, reply, 'redrive', started);
  });
}
