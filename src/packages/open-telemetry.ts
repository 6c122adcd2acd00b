/** Traces by OpenTelemetry: Temporal's interceptors carry them through runs, its instrumentation through outgoing HTTP. */
import { randomUUID } from 'node:crypto';
import {
  context,
  defaultTextMapGetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api';
import { globalErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { packageFacts } from './files.ts';
import { messageOf, nameOf } from '../core/thrown.ts';
import { makeSpansBy, type OpenSpan, type SpanStart } from '../core/spans.ts';
import type { OtlpTarget } from './otlp-target.ts';

export interface Tracing {
  /** Of a client: its starts, changes and cancellations are spans, and what they begin lies below them. */
  readonly clientInterceptor: WorkflowClientInterceptor;
  /** Of a worker: its activities are spans. */
  readonly activityInterceptor: NonNullable<NonNullable<WorkerOptions['interceptors']>['activity']>[number];
  /** Where the spans of workflows go; replays send none. */
  readonly sinks: NonNullable<WorkerOptions['sinks']>;
  /** Sends what is left, for at most a short while. */
  close(): Promise<void>;
}

/** A collector that is away keeps no process. */
const lastMs = 2000;

export function traceTo({ tracesUrl, service }: OtlpTarget, onProblem: (problem: string) => void): Tracing {
  const own = new Resource({
    'service.name': service,
    'service.version': packageFacts().version,
    'service.instance.id': randomUUID(),
  });
  const resource = Resource.default()
    .merge(own)
    .merge(detectResourcesSync({ detectors: [envDetectorSync] }));
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: tracesUrl }));
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  setGlobalErrorHandler((error) => onProblem(`Spans cannot be sent to ${tracesUrl}: ${whyOf(error)}`));
  const outgoing = new UndiciInstrumentation({
    // A query may hold a key.
    startSpanHook: ({ origin, path }) => ({ 'url.full': `${origin}${path.split('?', 1)[0]}`, 'url.query': '' }),
    requireParentforSpans: true,
  });
  outgoing.setTracerProvider(provider);
  makeSpansBy(open);
  return {
    clientInterceptor: changesOf(new OpenTelemetryWorkflowClientInterceptor()),
    activityInterceptor: (activity) => ({
      inbound: new OpenTelemetryActivityInboundInterceptor(activity),
      outbound: new OpenTelemetryActivityOutboundInterceptor(activity),
    }),
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
    async close() {
      makeSpansBy(undefined);
      outgoing.disable();
      const late = new Promise<void>((resolve) => setTimeout(resolve, lastMs).unref());
      await Promise.race([provider.shutdown().catch(globalErrorHandler), late]);
    },
  };
}

/** Looks at runs would be most of all spans, and begin nothing. */
function changesOf(all: OpenTelemetryWorkflowClientInterceptor): WorkflowClientInterceptor {
  return {
    start: (input, next) => all.start(input, next),
    startWithDetails: (input, next) => all.startWithDetails(input, next),
    startUpdate: (input, next) => all.startUpdate(input, next),
    startUpdateWithStart: (input, next) => all.startUpdateWithStart(input, next),
    cancel: (input, next) => all.cancel(input, next),
    terminate: (input, next) => all.terminate(input, next),
  };
}

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

function open(name: string, { kind = 'internal', attributes = {}, parent, link }: SpanStart): OpenSpan {
  const below = parent === undefined ? context.active() : extracted(parent);
  const linked = link === undefined ? undefined : trace.getSpanContext(extracted(link));
  const span = trace.getTracer('fanfold').startSpan(
    name,
    {
      kind: kinds[kind],
      attributes: attributes as Attributes,
      links: linked === undefined ? [] : [{ context: linked }],
    },
    below,
  );
  const inside = trace.setSpan(below, span);
  return {
    run: (work) => context.with(inside, work),
    set: (more) => void span.setAttributes(more as Attributes),
    end(error) {
      if (error !== undefined) {
        span.setAttribute('error.type', typeOf(error));
        span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error).slice(0, 1000) });
      }
      span.end();
    },
  };
}

function extracted(carrier: object): Context {
  return propagation.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

/** The type of a failure says more than its class. */
function typeOf(error: unknown): string {
  const { type } = Object(error) as { type?: unknown };
  return typeof type === 'string' && type !== '' ? type : nameOf(error);
}

function whyOf(error: unknown): string {
  return messageOf(error).slice(0, 500);
}
