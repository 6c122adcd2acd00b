/** Where traces and metrics go by OTLP, as OpenTelemetry's own variables say it. */
import { FanfoldError } from '../errors.ts';

/** Where OTLP goes, as OpenTelemetry's own variables say it. */
export interface OtlpTarget {
  readonly tracesUrl: string;
  readonly metricsUrl: string;
  readonly metricsHeaders: Readonly<Record<string, string>>;
  readonly service: string;
  /** Milliseconds between two exports of the metrics. */
  readonly metricsEveryMs: number;
}

/**
 * Undefined where no collector is named, or `OTEL_SDK_DISABLED` is `true`.
 *
 * @throws {FanfoldError} of type `InvalidInput` naming the variable
 */
export function otlpTarget(environment: NodeJS.ProcessEnv = process.env): OtlpTarget | undefined {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const base = text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (base === undefined || text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const protocol = text('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf';
  if (protocol !== 'http/protobuf')
    throw wrong(
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      `is '${protocol}'; only http/protobuf is spoken, at port 4318 as a rule`,
    );
  const urlOf = (signal: 'TRACES' | 'METRICS'): string => {
    const own = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`;
    const named = text(own);
    return checked(
      named ?? `${base.endsWith('/') ? base.slice(0, -1) : base}/v1/${signal.toLowerCase()}`,
      named ? own : usualName,
    );
  };
  return {
    tracesUrl: urlOf('TRACES'),
    metricsUrl: urlOf('METRICS'),
    metricsHeaders: headersIn(text('OTEL_EXPORTER_OTLP_METRICS_HEADERS') ?? text('OTEL_EXPORTER_OTLP_HEADERS') ?? ''),
    service: text('OTEL_SERVICE_NAME') ?? 'fanfold',
    metricsEveryMs: interval(text('OTEL_METRIC_EXPORT_INTERVAL')),
  };
}

const usualName = 'OTEL_EXPORTER_OTLP_ENDPOINT';

function checked(url: string, name: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw wrong(name, `must be an address such as http://localhost:4318, not '${url.slice(0, 100)}'`);
}

/** `key=value,key2=value2`, each of them percent-encoded. */
function headersIn(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As OpenTelemetry has it where nobody says. */
const usualEveryMs = 60_000;

function interval(text: string | undefined): number {
  const value = Number(text ?? usualEveryMs);
  if (Number.isInteger(value) && value > 0 && value <= 3_600_000) return value;
  throw wrong('OTEL_METRIC_EXPORT_INTERVAL', `must be milliseconds such as 60000, not '${text}'`);
}

function wrong(name: string, what: string): FanfoldError {
  return new FanfoldError('InvalidInput', `${name} ${what}`, name);
}
