/** What runs have cost, by tenant, with what each may spend. */
import { z } from 'zod';
import { tenantCosts } from '../runs/costs.ts';
import { costs } from './answers.ts';
import { answer, docs } from './docs.ts';
import { bounded, type App, type Service } from './service.ts';

const budget = z.object({
  cost: z.number().optional(),
  tokens: z.int().optional(),
  per: z.enum(['day', 'month']).optional().register(docs, { description: 'In UTC; a month where it is not said' }),
  used: costs.clone().register(docs, { description: 'In the current day or month, whatever was asked for' }),
  spent: z.string().optional().register(docs, { description: 'What is spent, where something is: no run begins then' }),
  until: z.number().register(docs, { description: 'When it begins anew, in milliseconds since the Unix epoch' }),
});

const tenant = costs.extend({
  tenant: z.string().optional().register(docs, { description: 'Absent of runs that are nobody’s' }),
  models: z.array(costs.extend({ kind: z.string(), model: z.string() })).readonly(),
  budget: budget.optional(),
});

export const costsAnswer = z.object({
  since: z.string().register(docs, { description: 'The first day that counts, in UTC' }),
  tenants: z.array(tenant).readonly(),
});

const query = z.strictObject({
  since: z.coerce.number().int().min(0).max(8.64e15).optional().register(docs, {
    description: 'In milliseconds since the Unix epoch; its whole day in UTC counts. The current month unless given',
  }),
  tenant: z.string().min(1).max(200).optional().register(docs, { description: 'Only those of this tenant' }),
});

export function routeCosts(app: App, service: Service): void {
  const schema = {
    operationId: 'list-costs',
    tags: ['service'],
    summary: 'What each tenant’s runs have spent on models, and what it may',
    querystring: query,
    response: { 200: answer('The tenants that have spent something', costsAnswer) },
  } as const;
  const { temporal, budgets } = service.client;
  app.get('/costs', { schema, config: { needs: ['read'] } }, async ({ query: asked, caller }) =>
    // A tenant's token sees the tenant's own, whatever it asks for.
    bounded(service, () =>
      tenantCosts(temporal.options.namespace, budgets, { ...asked, tenant: caller.tenant ?? asked.tenant }),
    ),
  );
}
