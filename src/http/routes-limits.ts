/** The limits as they are, and as they went. */
import { z } from 'zod';
import { answer, docs } from './docs.ts';
import { LimitHistory } from './limit-history.ts';
import { limitOf, limitsAnswer } from './limits.ts';
import { bounded, type App, type Service } from './service.ts';

const historyAnswer = z.object({
  everyMs: z.int().register(docs, { description: 'Milliseconds from one look to the next' }),
  samples: z
    .array(limitsAnswer.extend({ at: z.number().register(docs, { description: 'Milliseconds since the Unix epoch' }) }))
    .readonly()
    .register(docs, { description: 'The oldest first; those of the last hour, as far as this service was up' }),
});

export function routeLimits(app: App, service: Service): void {
  const limits = {
    operationId: 'list-limits',
    tags: ['service'],
    summary: 'Each named limit',
    response: { 200: answer('The limits', limitsAnswer) },
  } as const;
  app.get('/limits', { schema: limits, config: { needs: ['read'] } }, async ({ caller }) =>
    bounded(service, async () => ({ limits: (await service.client.limits()).map((limit) => limitOf(caller, limit)) })),
  );
  const past = {
    operationId: 'list-past-limits',
    tags: ['service'],
    summary: 'How each named limit went of late',
    response: { 200: answer('The limits, as they were', historyAnswer) },
  } as const;
  const history = new LimitHistory(() => bounded(service, () => service.client.limits()));
  app.addHook('onListen', async () => void history.begin(service.closing));
  app.get('/limits/history', { schema: past, config: { needs: ['read'] } }, async ({ caller }) => ({
    everyMs: history.everyMs,
    samples: history.samples.map(({ at, limits: then }) => ({
      at,
      limits: then.map((limit) => limitOf(caller, limit)),
    })),
  }));
}
