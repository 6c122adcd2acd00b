/** An agent whose only tool cannot look anything up. */
import { defineAgent, read, type AgentDefinition, type DefinedAgent } from 'fanfold/agent';
import { z } from 'zod';

export function blindAgent(more: Partial<Pick<AgentDefinition<unknown>, 'onHandOver'>> = {}): DefinedAgent {
  return defineAgent({
    name: 'blind',
    instructions: 'You answer.',
    tools: {
      rows: read({
        description: 'Rows',
        input: z.object({}),
        run: () => Promise.reject(new Error('the database is away')),
      }),
    },
    plan: () => [{ tool: 'rows', input: {} }],
    ...more,
  });
}
