/** The OpenAPI document, made from the routes' schemas; what every route shares is added to each here. */
import swagger from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { docs } from './docs.ts';
import { titles, type ProblemStatus } from './problems.ts';
import type { App } from './service.ts';

interface Operation {
  responses: Record<string, object>;
  requestBody?: { required: boolean };
  security?: readonly object[];
  'x-problems'?: readonly ProblemStatus[];
  'x-optional-body'?: boolean;
  'x-location'?: readonly number[];
}

interface Whole {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object> };
}

const description = `Durable fan-out and fan-in for AI agents. A run fans out to tasks, and is over by its stopping rule.
Errors are problem documents (RFC 9457): 400 where a request does not match its schema, 422 where it does and yet
contradicts itself, or has a whole number that would be rounded.`;

export async function describeApi(app: App, version: string, hasToken: boolean): Promise<void> {
  const finish = createJsonSchemaTransformObject({ schemaRegistry: docs });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'fanfold', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      tags: [{ name: 'runs' }, { name: 'control' }, { name: 'service' }],
      ...(hasToken ? { security: [{ token: [] }] } : {}),
      components: hasToken ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {},
    },
    transform: createJsonSchemaTransform({ schemaRegistry: docs }),
    transformObject(document) {
      const whole = finish(document) as Whole;
      const operations = Object.values(whole.paths).flatMap((path) => Object.values(path));
      for (const operation of operations) complete(operation, hasToken);
      Object.assign(whole.components, { responses: problemResponses() });
      whole.components.schemas = used(whole);
      // The plugin's type is of OpenAPI 2 and 3.0 as well.
      return whole as never;
    },
  });
}

/** What any request may be answered with: it is malformed, foreign, or the server behind is away. */
const always: readonly ProblemStatus[] = [400, 403, 408, 414, 431, 500, 503, 507];

function complete(operation: Operation, hasToken: boolean): void {
  const { 'x-problems': own = [], 'x-optional-body': optional, 'x-location': located = [], ...rest } = operation;
  for (const status of [...always, ...own, ...(hasToken && !rest.security ? [401 as const] : [])]) {
    rest.responses[status] = { $ref: `#/components/responses/${status}` };
  }
  for (const status of located) Object.assign(rest.responses[status] ?? {}, { headers: { Location: location } });
  if (optional && rest.requestBody) rest.requestBody.required = false;
  for (const key of ['x-problems', 'x-optional-body', 'x-location'] as const) delete operation[key];
}

const location = {
  description: 'The address of the run',
  required: true,
  schema: { type: 'string', pattern: '^/runs/' },
};

const headers: Partial<Record<ProblemStatus, object>> = {
  401: { 'WWW-Authenticate': { required: true, schema: { type: 'string' } } },
  429: { 'Retry-After': { required: true, description: 'Seconds to wait', schema: { type: 'string' } } },
};

function problemResponses(): Record<string, object> {
  const schema = { $ref: '#/components/schemas/Problem' };
  const response = ([status, title]: [string, string]): [string, object] => {
    const shown = headers[Number(status) as ProblemStatus];
    return [
      status,
      { description: title, ...(shown ? { headers: shown } : {}), content: { 'application/problem+json': { schema } } },
    ];
  };
  return Object.fromEntries(Object.entries(titles).map(response));
}

/** Each named schema is made once for requests and once for answers; only those that something refers to are kept. */
function used({ paths, components: { schemas, ...rest } }: Whole): Record<string, object> {
  const kept: Record<string, object> = {};
  const keep = (within: unknown): void => {
    for (const [, name = ''] of JSON.stringify(within).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = schemas[name];
      if (!schema || kept[name]) continue;
      kept[name] = schema;
      keep(schema);
    }
  };
  keep([paths, rest]);
  return kept;
}
