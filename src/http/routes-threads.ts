/** Conversations: `POST /threads/{id}` says a message, which begins the thread's next run or answers what the last one asks. */
import { z } from 'zod';
import { given } from '../core/given.ts';
import * as answers from './answers.ts';
import { bodyOfMessage } from './bodies.ts';
import { answer, docs } from './docs.ts';
import { asTenant, requireFree } from './ownership.ts';
import { answerStart } from './routes-runs.ts';
import { newRunId } from './schemas.ts';
import { bounded, type App, type Service } from './service.ts';

const id = newRunId.clone().register(docs, { description: 'The id of the thread, which is that of its newest run' });

/** Where no kind has conversations there is no such route. */
export function routeThreads(app: App, service: Service): void {
  const kinds = service.client.kinds.all.filter(({ conversation }) => conversation !== undefined);
  const bodies = kinds.map(bodyOfMessage);
  const [body] = bodies;
  if (!body) return;
  const schema = {
    operationId: 'say-in-thread',
    tags: ['runs'],
    summary: 'Say a message in a conversation: its next run, or the answer to what its run has asked back',
    params: z.object({ id }),
    body: bodies.length === 1 ? body : z.union(bodies),
    response: {
      200: answer('The run, which goes on with the answer, or which the same message began', answers.run),
      202: answer('The next run, which has begun', answers.run),
    },
    'x-location': [200, 202],
    'x-problems': [402, 409, 413, 415, 422, 429],
  } as const;
  const route = { schema, config: { needs: ['start'] }, onRequest: service.limitStarts } as const;
  app.post('/threads/:id', route, async ({ params: { id: thread }, body: said, caller }, reply) => {
    const { kind, input, messageId: named } = said;
    await requireFree(service, caller, thread);
    const asked = asTenant(caller, kind, input);
    const how = given({ messageId: named });
    const started = await bounded(service, () => service.client.converse(thread, kind, asked, how));
    return answerStart(service, { caller, reply }, kind.name, started);
  });
}
