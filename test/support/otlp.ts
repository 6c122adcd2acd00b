/** A collector of OpenTelemetry that keeps what it is sent over HTTP as protobuf, read by the fields of the published protocol. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
syntax = "proto3";
message Any { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; List array_value = 5; } }
message List { repeated Any values = 1; }
message KeyValue { string key = 1; Any value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Traces { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15;
}
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Status { string message = 2; int32 code = 3; }
message Metrics { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric { string name = 1; }
`);

interface KeyValue {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

export interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly trace: string;
  readonly id: string;
  /** '' for a root. */
  readonly parent: string;
  readonly service: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  readonly failed: boolean;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Names of all metrics so far. */
  readonly metrics: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function startCollector(port = 0): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const metrics = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      if (request.url === '/v1/traces') spans.push(...spansIn(body));
      else for (const name of metricsIn(body)) metrics.add(name);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: Attributed;
    readonly scopeSpans: readonly { spans: SentSpan[] }[];
  }[];
  readonly resourceMetrics: readonly { readonly scopeMetrics: readonly { metrics: { name: string }[] }[] }[];
}
interface Attributed {
  readonly attributes: readonly KeyValue[];
}
interface SentSpan extends Attributed {
  readonly name: string;
  readonly kind: number;
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly links: readonly { readonly traceId: Buffer }[];
  readonly status?: { readonly code: number } | null;
}

function decode(type: 'Traces' | 'Metrics', body: Uint8Array): Sent {
  const found = root.lookupType(type);
  return found.toObject(found.decode(body), { defaults: true, longs: Number }) as Sent;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function spansIn(body: Uint8Array): ReceivedSpan[] {
  return decode('Traces', body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ name, kind, traceId, spanId, parentSpanId, attributes, links, status }) => ({
        name,
        kind,
        trace: hex(traceId),
        id: hex(spanId),
        parent: hex(parentSpanId),
        service: valuesOf(resource.attributes)['service.name'],
        attributes: valuesOf(attributes),
        links: links.map((link) => hex(link.traceId)),
        failed: status?.code === 2,
      })),
  );
}

function metricsIn(body: Uint8Array): string[] {
  return decode('Metrics', body).resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  );
}

function valuesOf(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value = {} }) => [key, plain(value)]));
}

function plain(value: Readonly<Record<string, unknown>>): unknown {
  const [name, found] = Object.entries(value).find(([field, each]) => field.endsWith('Value') && each !== null) ?? [];
  return name === 'arrayValue' ? (found as { values: Record<string, unknown>[] }).values.map(plain) : found;
}
