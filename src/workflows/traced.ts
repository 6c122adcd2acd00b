/**
 * Temporal's own interceptors for tracing, added to workflows only where a worker traces. A replay sends no span.
 * Ids of spans are made apart from the workflow's own random numbers, so that a run may be traced in one part and not in
 * another.
 */
// First, since it brings what the others look for when they are loaded.
import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryInternalsInterceptor,
  OpenTelemetryOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow/index.js';
import { context, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { SpanExporter } from '@temporalio/interceptors-opentelemetry/lib/workflow/span-exporter.js';
import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import { alea } from '@temporalio/workflow/lib/alea.js';
import { messageOf, propertyOf } from '../core/thrown.ts';
import { spanBy } from './spans.ts';

/** Found by the SDK under this name. */
export function interceptors(): WorkflowInterceptors {
  const inbound = new OpenTelemetryInboundInterceptor();
  const outbound = new OpenTelemetryOutboundInterceptor();
  const provider = new BasicTracerProvider({
    idGenerator: idsOf(workflowInfo().runId),
    spanProcessors: [new SimpleSpanProcessor(new SpanExporter())],
  });
  const tracer = provider.getTracer('fanfold');
  for (const each of [inbound, outbound]) Object.assign(each, { tracer });
  spanBy((name, work) => {
    const span = tracer.startSpan(name, {}, context.active());
    const done = context.with(trace.setSpan(context.active(), span), work);
    // Beside it, so that nothing comes later than it would without.
    done.then(
      (value) => {
        span.setAttributes(factsOf(value));
        span.end();
      },
      (error: unknown) => {
        span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error).slice(0, 1000) });
        span.end();
      },
    );
    return done;
  });
  return {
    inbound: [
      {
        execute: (input, next) => inbound.execute(input, next),
        handleUpdate: (input, next) => inbound.handleUpdate(input, next),
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => outbound.scheduleActivity(input, next),
        scheduleLocalActivity: (input, next) => outbound.scheduleLocalActivity(input, next),
        startChildWorkflowExecution: (input, next) => outbound.startChildWorkflowExecution(input, next),
        continueAsNew: (input, next) => outbound.continueAsNew(input, next),
        getLogAttributes: (input, next) => outbound.getLogAttributes(input, next),
      },
    ],
    internals: [new OpenTelemetryInternalsInterceptor()],
  };
}

/** Of a fan-in: why it ended and how. */
function factsOf(value: unknown): Attributes {
  const facts = { stopped_by: 'stoppedBy', succeeded: 'successCount', failed: 'failureCount' } as const;
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, field]) => {
      const fact = propertyOf(value, field);
      return typeof fact === 'string' || typeof fact === 'number' ? [[`fanfold.${name}`, fact] as const] : [];
    }),
  );
}

/** The same ones in each replay of the run, so that a span that ends after one has the id that its children know. */
function idsOf(runId: string) {
  const random = alea(Array.from(runId, (character) => character.charCodeAt(0)));
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return { generateSpanId: () => hex(16), generateTraceId: () => hex(32) };
}
