/** What the service answers, as schemas for the OpenAPI document; what is sent is typed by them but not checked again. */
import { z } from 'zod';
import { docs } from './docs.ts';
import { waiting } from './waiting.ts';

const milliseconds = z.number().min(0);
const moment = z.number().register(docs, { description: 'Milliseconds since the Unix epoch' });
const whole = z.int().min(0);
export const stopReason = z
  .enum([
    'allSettled',
    'deadline',
    'minSuccesses',
    'first',
    'until',
    'unreachable',
    'maxFailures',
    'budget',
    'settleNow',
    'cancelled',
  ])
  .register(docs, { description: 'Why it was over' });

const taskError = z.object({
  kind: z.enum(['failed', 'timedOut', 'cancelled', 'notStarted']),
  name: z.string(),
  message: z.string(),
  retryable: z.boolean().optional(),
  details: z.array(z.unknown()).readonly().optional(),
  category: z.string().optional(),
  wrappers: z
    .array(z.object({ name: z.string(), message: z.string() }))
    .readonly()
    .optional(),
  inWorkflowCode: z.literal(true).optional(),
});

export const taskResult = z.discriminatedUnion('success', [
  z.object({
    id: z.string(),
    success: z.literal(true),
    result: z.unknown().optional(),
    durationMs: milliseconds,
    attempts: whole,
    startedAt: moment,
  }),
  z.object({
    id: z.string(),
    success: z.literal(false),
    error: taskError,
    durationMs: milliseconds,
    attempts: whole,
    startedAt: moment.optional(),
  }),
]);

export const fanIn = z.object({
  results: z.array(taskResult).readonly().register(docs, { description: 'One per task, in the order given' }),
  mergedResults: z
    .array(z.unknown())
    .readonly()
    .register(docs, { description: 'What the successful tasks returned, in the same order' }),
  successCount: whole,
  failureCount: whole,
  successRatio: z.number().min(0).max(1),
  failedTasks: z
    .record(z.string(), z.string())
    .register(docs, { description: 'The message of each failed task, by id' }),
  totalDurationMs: milliseconds.clone().register(docs, { description: 'Of the slowest task' }),
  elapsedMs: milliseconds.clone().register(docs, { description: 'Of the whole' }),
  stoppedBy: stopReason,
  spent: z.number().optional(),
});

export const taskProgress = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  startedAt: moment.optional(),
  durationMs: milliseconds.optional(),
  message: z.string().optional(),
  waitingFor: waiting.optional(),
  retry: z.object({ attempt: whole, message: z.string().optional(), at: moment.optional() }).optional().register(docs, {
    description: 'Of a task that is tried again: its attempt, what the last failed of, when the next begins',
  }),
});

export const progress = z.object({
  name: z.string(),
  total: whole,
  queued: whole,
  running: whole,
  succeeded: whole,
  failed: whole,
  concurrency: whole,
  granularity: z
    .union([z.literal('local'), whole])
    .optional()
    .register(docs, {
      description:
        'How its tasks travel, where not each by itself: so many to an activity, or inside the workflow’s own task',
    }),
  startedAt: moment,
  endedAt: moment.optional(),
  deadlineAt: moment.optional(),
  minimum: z.object({ ratio: z.number().optional(), successes: z.number().optional() }),
  spent: z.number().optional(),
  stoppedBy: stopReason.optional(),
  tasks: z.array(taskProgress).readonly().register(docs, {
    description: 'At most 200 tasks, in their order: of more those that run, and then those that failed',
  }),
});

export const costs = z.object({
  calls: whole.clone().register(docs, { description: 'Answers of a model' }),
  inputTokens: whole,
  outputTokens: whole,
  cost: z.number().min(0).optional().register(docs, { description: 'Absent where no model had a price' }),
  unpriced: whole.optional().register(docs, { description: 'Calls that `cost` lacks, as their model has no price' }),
  guessed: whole
    .optional()
    .register(docs, { description: 'Calls whose tokens are a guess, as their endpoint did not say' }),
});

export const run = z.object({
  runId: z.string(),
  kind: z.string(),
  status: z.enum(['completed', 'failed', 'cancelled', 'running']),
  startedAt: moment,
  closedAt: moment.optional(),
  fanIn: fanIn.optional(),
  answer: z.unknown().optional(),
  error: z.object({ type: z.string(), message: z.string() }).optional(),
  asked: z
    .string()
    .optional()
    .register(docs, { description: 'What it was asked, in one line; absent where that was not noted' }),
  redriveOf: z.string().optional(),
  partial: z
    .object({ failed: z.number(), total: z.number() })
    .optional()
    .register(docs, { description: 'Where it completed and so many of its tasks have no result' }),
  tenant: z.string().optional().register(docs, { description: 'Whose run it is' }),
  unreadable: z
    .object({ type: z.string(), message: z.string() })
    .optional()
    .register(docs, { description: 'In a list: why what was noted with it cannot be decoded here, where it cannot' }),
  resultsInPages: z
    .literal(true)
    .optional()
    .register(docs, { description: 'The fan-in has its counts; `/runs/{id}/results` has the results' }),
  resultsProblem: z
    .object({ type: z.string(), message: z.string() })
    .optional()
    .register(docs, { description: 'Why its results cannot be read, where they cannot' }),
  progress: z
    .array(progress)
    .readonly()
    .optional()
    .register(docs, { description: 'Of each fan-out, while the run goes on' }),
  approvals: z
    .array(
      z.object({
        callId: z.string(),
        tool: z.string(),
        input: z.unknown(),
        question: z.string().optional(),
        until: moment,
      }),
    )
    .readonly()
    .optional()
    .register(docs, { description: 'The calls that wait for a person, or the question, while the run goes on' }),
  waits: z
    .literal(true)
    .optional()
    .register(docs, { description: 'Something of it waits for a person, as far as that is known' }),
  costs: costs
    .extend({
      tasks: z
        .array(costs.extend({ task: z.string() }))
        .readonly()
        .optional(),
    })
    .optional()
    .register(docs, { description: 'What calls of models have cost so far, and the 20 tasks that cost most' }),
  unanswered: z
    .object({ type: z.string(), message: z.string() })
    .optional()
    .register(docs, { description: 'Why `progress` or `approvals` are not known, where they are not' }),
  waitingCalls: whole.optional().register(docs, {
    description:
      'In a list that was asked for `waiting`: how many calls wait for a person; absent where that is not known',
  }),
  stuck: z
    .object({
      reason: z.enum(['workflowTaskFails', 'noWorker']),
      since: moment,
      attempts: whole,
      message: z.string(),
    })
    .optional()
    .register(docs, { description: 'Why the run cannot go on, where it cannot' }),
});

export const joined = run.extend({
  otherOptions: z
    .literal(true)
    .optional()
    .register(docs, { description: 'Where it began with other options than these, which change nothing of it' }),
});

export const runs = z.object({
  runs: z.array(run).readonly(),
  next: moment.optional().register(docs, {
    description: 'When the first run that is not here had started; those that started then may be in both pages',
  }),
  unknown: whole.optional().register(docs, {
    description: 'Of the status `waiting`: open runs of which nobody says whether they wait for a person',
  }),
});
export const resultsPage = z.object({
  results: z.array(taskResult).readonly().register(docs, { description: 'In the order they settled' }),
  next: whole
    .optional()
    .register(docs, { description: 'Position of the next page; absent at the end of what has settled' }),
});
export const deadLetters = z.object({
  deadLetters: z
    .array(
      z.object({
        id: z.string(),
        input: z.unknown().register(docs, { description: 'The task as it was given' }),
        error: taskError,
        errors: z.array(z.string()).readonly().register(docs, { description: 'What history has, the oldest first' }),
        attempts: whole,
        spent: z.number(),
      }),
    )
    .readonly(),
  next: whole.optional().register(docs, { description: 'Where the next page begins; absent where there is no more' }),
});
export const serverSentEvent = z.object({
  event: z.enum(['progress', 'settled', 'delta', 'end']).register(docs, {
    description:
      'A run that goes on, a task that settled, a sentence of an answer that has passed its checks, the run that is over',
  }),
  id: z.string().optional().register(docs, {
    description:
      'Of `settled` its position, of `delta` its position behind that, to resume from; of `end` the word `end`',
  }),
  data: z.string().register(docs, { description: 'JSON: of `settled` a TaskResult, of `delta` a `text`, else a Run' }),
});

export const text = z.object({
  text: z.string().register(docs, { description: 'As on a terminal' }),
  aligned: z
    .boolean()
    .register(docs, { description: 'Its lines stand under each other, so that they must not be wrapped' }),
  noun: z
    .string()
    .optional()
    .register(docs, { description: 'What a task of this run is called, where that is not the word of its kind' }),
  markdown: z.string().optional().register(docs, { description: 'The same as a document, where the kind writes one' }),
});

export const health = z.object({ status: z.literal('ok') });

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  field: z.string().optional().register(docs, { description: 'The field at fault, where it is known' }),
  errors: z
    .array(z.object({ field: z.string(), detail: z.string() }))
    .optional()
    .register(docs, { description: 'Everything that is wrong with the request' }),
});
export type Problem = z.output<typeof problem>;

for (const [id, schema] of Object.entries({
  TaskResult: taskResult,
  FanIn: fanIn,
  Progress: progress,
  Run: run,
  Problem: problem,
})) {
  docs.add(schema, { id });
}
