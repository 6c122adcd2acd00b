/** What a program that knows no kind of run by name has to know of them all, and what its token lets it do. */
import { z } from 'zod';
import { given } from '../core/given.ts';
import type { Kind } from '../runs/kind.ts';
import { rights } from './callers.ts';
import { answer, docs } from './docs.ts';
import type { App, Service } from './service.ts';

const named = z.object({ name: z.string(), summary: z.string() });
const word = named.extend({
  person: z.string().optional().register(docs, { description: 'The field of its body that names who says it' }),
  seen: z.record(z.string(), z.string()).readonly().optional().register(docs, {
    description: 'Fields of its body that say what was seen, and where each is in the first of `sights`',
  }),
  files: z.record(z.string(), z.string()).readonly().optional().register(docs, {
    description: 'Fields of its body with the SHA-256 of files by name, and where the first of `sights` lists them',
  }),
});
const form = named.extend({
  sight: z
    .string()
    .optional()
    .register(docs, { description: 'The one of `sights` that is its answer before a run is over' }),
});
const kindAnswer = z.object({
  name: z.string(),
  noun: z.string().register(docs, { description: 'What a task is called' }),
  about: z.string().optional().register(docs, { description: 'What its runs do, in one line' }),
  words: z.array(word).readonly().register(docs, { description: 'What a person may say: `POST /runs/{id}/{name}`' }),
  sights: z.array(named).readonly().register(docs, { description: 'What may be seen: `GET /runs/{id}/{name}`' }),
  forms: z.array(form).readonly().register(docs, {
    description: 'As what else its answer is written: `GET /runs/{id}/{name}`',
  }),
  approvals: z.boolean().register(docs, { description: 'Whether its calls may wait for a person' }),
});
const callerAnswer = z.object({
  subject: z.string().optional().register(docs, { description: 'The holder of the token, where it has one' }),
  roles: z.array(z.enum(rights)).readonly(),
  tenant: z.string().optional().register(docs, { description: 'Whose runs it sees; all where absent' }),
});

export function routeKinds(app: App, { client }: Service): void {
  const kinds = {
    operationId: 'list-kinds',
    tags: ['service'],
    summary: 'The kinds of run that there are, and what may be said to and seen of a run of each',
    response: { 200: answer('The kinds', z.object({ kinds: z.array(kindAnswer).readonly() })) },
  } as const;
  app.get('/kinds', { schema: kinds, config: { needs: 'token' } }, async () => ({
    kinds: client.kinds.all.map((kind) => describeKind(kind)),
  }));
  const who = {
    operationId: 'get-caller',
    tags: ['service'],
    summary: 'Whose token this is, and what it allows',
    response: { 200: answer('The caller', callerAnswer) },
  } as const;
  app.get(
    '/caller',
    { schema: who, config: { needs: 'token' } },
    async ({ caller: { subject, rights: held, tenant } }) => ({
      roles: [...held],
      ...given({ subject, tenant }),
    }),
  );
}

function describeKind({
  name,
  noun,
  about,
  words = {},
  sights = {},
  forms = {},
  pending,
}: Kind): z.output<typeof kindAnswer> {
  return {
    name,
    noun,
    ...given({ about }),
    approvals: pending !== undefined,
    words: Object.entries(words).map(([each, { summary, person, seen, files }]) => ({
      name: each,
      summary,
      ...given({ person, seen, files }),
    })),
    sights: Object.entries(sights).map(([each, { summary }]) => ({ name: each, summary })),
    forms: Object.entries(forms).map(([each, { summary, sight }]) => ({ name: each, summary, ...given({ sight }) })),
  };
}
