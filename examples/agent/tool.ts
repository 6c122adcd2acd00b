/** The desk as a tool of another framework's agent: what Vercel's AI SDK takes as it is, and others by their own `tool`. */
import type { AgentAnswer } from 'fanfold/agent';
import type { FanfoldClient } from 'fanfold/client';
import { z } from 'zod';
import { desk } from './desk.ts';

/** @param guest who asks, from the session of the caller and never from a model */
export function askDesk(client: Pick<FanfoldClient, 'run'>, guest: number) {
  return {
    description: "Asks the hotel's desk, which answers from bookings and may need a person's approval",
    inputSchema: z.object({ message: z.string().max(8000) }),
    execute: async ({ message }: { message: string }): Promise<string> => {
      const { answer, status } = await client.run(desk.kind, { agent: desk.name, message, subject: { guest } });
      if (answer === undefined) throw new Error(`The desk has no answer: its run is ${status}.`);
      const { text, handOver } = answer as AgentAnswer;
      return handOver === undefined ? text : `${text}\nA person takes over, since ${handOver}.`;
    },
  };
}
