/** What the service answers, as schemas for the OpenAPI document; what is sent is typed by them but not checked again. */
import { z } from 'zod';

const milliseconds = z.number().min(0);
const moment = z.number().meta({ description: 'Milliseconds since the Unix epoch' });
const whole = z.int().min(0);
const stopReason = z
  .enum(['allSettled', 'deadline', 'minSuccesses', 'first', 'until', 'unreachable', 'maxFailures', 'budget', 'settleNow', 'cancelled'])
  .meta({ description: 'Why it was over' });

const taskError = z.object({
  kind: z.enum(['failed', 'timedOut', 'cancelled', 'notStarted']),
  name: z.string(),
  message: z.string(),
  retryable: z.boolean().optional(),
});

export const taskResult = z.discriminatedUnion('success', [
  z.object({ id: z.string(), success: z.literal(true), result: z.unknown().optional(), durationMs: milliseconds, attempts: whole, startedAt: moment }),
  z.object({ id: z.string(), success: z.literal(false), error: taskError, durationMs: milliseconds, attempts: whole, startedAt: moment.optional() }),
]);

const fanIn = z.object({
  results: z.array(taskResult).readonly().meta({ description: 'One per task, in the order given' }),
  mergedResults: z.array(z.unknown()).readonly().meta({ description: 'What the successful tasks returned, in the same order' }),
  successCount: whole,
  failureCount: whole,
  successRatio: z.number().min(0).max(1),
  failedTasks: z.record(z.string(), z.string()).meta({ description: 'The message of each failed task, by id' }),
  totalDurationMs: milliseconds.meta({ description: 'Of the slowest task' }),
  elapsedMs: milliseconds.meta({ description: 'Of the whole' }),
  stoppedBy: stopReason,
  spent: z.number().optional(),
});

const taskProgress = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  startedAt: moment.optional(),
  durationMs: milliseconds.optional(),
  message: z.string().optional(),
});

export const progress = z.object({
  name: z.string(),
  total: whole,
  queued: whole,
  running: whole,
  succeeded: whole,
  failed: whole,
  concurrency: whole,
  startedAt: moment,
  deadlineAt: moment.optional(),
  minimum: z.object({ ratio: z.number().optional(), successes: z.number().optional() }),
  spent: z.number().optional(),
  stoppedBy: stopReason.optional(),
  tasks: z.array(taskProgress).readonly().meta({ description: 'The first 200 tasks' }),
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
  redriveOf: z.string().optional(),
  progress: z.array(progress).readonly().optional().meta({ description: 'Of each fan-out, while the run goes on' }),
});

export const runs = z.object({ runs: z.array(run).readonly() });
export const resultsPage = z.object({
  results: z.array(taskResult).readonly().meta({ description: 'In the order they settled' }),
  next: whole.optional().meta({ description: 'Position of the next page; absent at the end of what has settled' }),
});
export const limits = z.object({ limits: z.array(z.object({ name: z.string() })).readonly() });
export const health = z.object({ status: z.literal('ok') });

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  field: z.string().optional().meta({ description: 'The field at fault, where it is known' }),
  errors: z
    .array(z.object({ field: z.string(), detail: z.string() }))
    .optional()
    .meta({ description: 'Everything that is wrong with the request' }),
});
export type Problem = z.output<typeof problem>;

/** Named in the OpenAPI document, and written there once. */
export const named = z.registry<{ id: string }>();
named.add(taskResult, { id: 'TaskResult' });
named.add(fanIn, { id: 'FanIn' });
named.add(progress, { id: 'Progress' });
named.add(run, { id: 'Run' });
named.add(problem, { id: 'Problem' });
