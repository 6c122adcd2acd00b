/** Acting on a run that goes on, and doing again what failed in one that is over. */
import type { z } from 'zod';
import type { FanfoldClient } from '../client.ts';
import * as answers from './answers.ts';
import { answer } from './docs.ts';
import { answerStart } from './routes-runs.ts';
import * as schemas from './schemas.ts';
import { decisionBody } from '../agents/support/input.ts';
import { bounded, type App, type Service } from './service.ts';

interface Action<B extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly body: B;
  act(client: FanfoldClient, runId: string, body: z.output<B>): Promise<unknown>;
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
  on({
    name: 'approve',
    summary: 'Approve a call that waits for a person',
    body: decisionBody,
    act: (client, id, { callId, ...decision }) => client.approve(id, callId, decision),
  });
  on({
    name: 'reject',
    summary: 'Reject a call that waits for a person; the agent hears why',
    body: decisionBody,
    act: (client, id, { callId, ...decision }) => client.reject(id, callId, decision),
  });
  routeRedrive(app, service);
}

/** Answers with the run as the change left it. */
function routeAction<B extends z.ZodType>(app: App, service: Service, { name, summary, body, act }: Action<B>): void {
  const schema = {
    operationId: `${name}-run`,
    tags: ['control'],
    summary,
    params: schemas.runParams,
    body: body as z.ZodType,
    response: { 200: answer('The run after the change', answers.run) },
    'x-optional-body': body.safeParse(null).success,
    'x-problems': [404, 409, 413, 415],
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
