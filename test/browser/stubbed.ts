/** The built page in a browser, before a service that answers what a test says, under the policy of the real one. */
import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core';
import { pagePolicy } from '../../src/http/page.ts';
import { pageFiles } from '../../src/packages/page-files.ts';

export const origin = 'http://page.test';

/** By method and path, without the query; a number is the status of a problem, `dead` a connection that breaks, `answered` what a test has answered itself. */
export type Answers = Readonly<Record<string, object | number | 'dead' | ((route: Route) => object | number | 'dead')>>;

export const openapi = {
  components: { schemas: {} },
  paths: {
    '/runs/research': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  input: {
                    type: 'object',
                    required: ['question'],
                    properties: {
                      question: { type: 'string', description: 'What is asked', examples: ['Why so?'] },
                      sources: { type: 'array', items: { type: 'string' } },
                      depth: { type: 'integer', minimum: 1, maximum: 3 },
                    },
                  },
                  options: {
                    type: 'object',
                    properties: { deadline: { anyOf: [{ type: 'number' }, { type: 'string' }] } },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
export const kinds = {
  kinds: [
    { name: 'tasks', noun: 'task', words: [], sights: [], forms: [], approvals: false },
    {
      name: 'research',
      noun: 'source',
      words: [],
      sights: [],
      forms: [{ name: 'bibtex', summary: 'The references as BibTeX' }],
      approvals: false,
    },
    {
      name: 'support',
      noun: 'call',
      approvals: true,
      words: [{ name: 'approve', summary: 'Approve a call', person: 'by' }],
      sights: [],
      forms: [],
    },
  ],
};

export interface Opened {
  readonly page: Page;
  /** Everything that went wrong in it, and every request to elsewhere. */
  readonly wrong: string[];
  /** What was asked of the service: method, path and query, and the body. */
  readonly asked: { readonly what: string; readonly body: unknown; readonly token: string | undefined }[];
}

const usual: Answers = {
  'GET /costs': { since: '2026-11-01', tenants: [] },
  'GET /caller': { roles: ['read', 'start', 'control', 'approve'] },
  'GET /kinds': { kinds: [{ name: 'tasks', noun: 'task', words: [], sights: [], forms: [], approvals: false }] },
};

export type PageAsked = [path: string, answers: Answers, how?: BrowserContextOptions];

export async function openPage(browser: Browser, ...[path, answers, context = {}]: PageAsked): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...context });
  const [wrong, asked]: [string[], Opened['asked'][number][]] = [[], []];
  page.on('pageerror', (error) => void wrong.push(error.message));
  page.on('console', (message) => {
    // What a test answers with an error is named by the browser, too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrong.push(message.text());
  });
  await page.route('**/*', async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (url.origin !== origin) {
      wrong.push(`a request to ${url.href}`);
      return route.abort();
    }
    const file = fileFor(url.pathname, request.headers()['accept'] ?? '');
    if (file) return route.fulfill(file);
    const name = `${request.method()} ${url.pathname}`;
    const token = request.headers()['authorization'];
    asked.push({ what: `${name}${url.search}`, body: request.postDataJSON() as unknown, token });
    return answer(route, answers[name] ?? usual[name] ?? 404);
  });
  await page.goto(origin + path);
  return { page, wrong, asked };
}

function fileFor(path: string, accept: string) {
  const name = path.startsWith('/assets/') ? path.slice('/assets/'.length) : 'index.html';
  if (!path.startsWith('/assets/') && !accept.includes('text/html')) return undefined;
  const file = pageFiles()?.get(name);
  if (!file) throw new Error(`There is no ${name}: \`node scripts/web.mjs\` builds the page`);
  return { contentType: file.type, body: file.body, headers: { 'content-security-policy': pagePolicy } };
}

async function answer(route: Route, given: Answers[string]): Promise<void> {
  const said = typeof given === 'function' ? given(route) : given;
  if (said === 'answered') return undefined;
  if (said === 'dead') return route.abort();
  if (typeof said === 'number') {
    const problem = { title: `Title ${said}`, detail: `Detail of ${said}`, status: said };
    return route.fulfill({ status: said, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  }
  if (route.request().url().endsWith('/events'))
    return route.fulfill({ contentType: 'text/event-stream', body: eventsOf(said) });
  return route.fulfill({ contentType: 'application/json', body: JSON.stringify(said) });
}

/** A run that goes on as a stream that breaks, and one that is over with its end. */
function eventsOf(view: object): string {
  const isOver = 'status' in view && view.status !== 'running';
  return `retry: 1000\n\n${isOver ? 'id: end\nevent: end' : 'event: progress'}\ndata: ${JSON.stringify(view)}\n\n`;
}
