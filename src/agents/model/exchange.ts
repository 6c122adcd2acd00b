/**
 * One answer of a model, whichever endpoint it is behind: asked as that endpoint takes it, streamed under a watch, read tolerantly.
 * A refusal of the request's form is answered in the same call by another form, and remembered.
 */
import { countTokens, given, inSpan, reserveTokens, TokensSpent } from '../../activities/index.ts';
import { readBody } from './body.ts';
import { charactersIn, ChatReader, type RawAnswer } from './chat-reader.ts';
import type { ModelAnswer, ModelRequest, TokenUsage } from './conversation.ts';
import { dialectOf, learn, remember } from './dialect.ts';
import { endpointOf, type ModelEndpoint } from './endpoint.ts';
import { broken, declined, modelFailure } from './failure.ts';
import { ResponsesReader } from './responses-reader.ts';
import { costBy } from './settings.ts';
import { separate } from './thoughts.ts';
import { watch } from './watch.ts';
import { wireRequest } from './wire.ts';
import { writtenCalls } from './written-calls.ts';

/** How many forms of one request are tried. */
const maxForms = 10;
/** How many times the allowance a second try gets where the first answer was truncated or empty. */
const moreRoom = 4;
const charactersPerToken = 3;

/**
 * One answer. One that was truncated or empty is asked for once more with a larger allowance, which is then remembered.
 *
 * @param step names the step, for which a model of its own may be set
 * @throws {ApplicationFailure} of type `ModelNotConfigured`, `ModelDeclined`, `ModelStalled`, `ModelStreamCut`,
 *   `MalformedModelAnswer`, `ModelWindowExceeded` or as {@link modelFailure} types it
 * @throws {TokensSpent} where the limit that the activity runs under has too few tokens now; let it pass
 */
export async function exchange(
  request: ModelRequest,
  environment: NodeJS.ProcessEnv,
  step?: string,
): Promise<ModelAnswer> {
  const endpoint = await endpointOf(environment, step);
  const first = await once(request, endpoint);
  if (!isShort(first)) return first;
  const dialect = dialectOf(endpoint.settings);
  remember(endpoint.settings, { ...dialect, room: Math.max(dialect.room, moreRoom) });
  // Where the model had that room before, or its endpoint bounds it, more is not to be had.
  if (dialect.room >= moreRoom) return first;
  try {
    const second = await once(request, endpoint);
    const usage = sum(first.usage, second.usage);
    return isShort(second) && second.text.length < first.text.length ? { ...first, usage } : { ...second, usage };
  } catch (error) {
    request.signal.throwIfAborted();
    if (first.text === '' || error instanceof TokensSpent) throw error;
    return first;
  }
}

const isShort = ({ isTruncated, text, calls }: ModelAnswer): boolean =>
  isTruncated || (text === '' && calls.length === 0);

export const sum = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  ...given({
    cost: a.cost === undefined && b.cost === undefined ? undefined : (a.cost ?? 0) + (b.cost ?? 0),
    isGuess: a.isGuess ?? b.isGuess,
  }),
});

/** With what it costs, where the model has a price. */
function priced(usage: TokenUsage, { price }: ModelEndpoint['settings']): TokenUsage {
  return { ...usage, ...given({ cost: costBy(price, usage.inputTokens, usage.outputTokens) }) };
}

/** Tries forms of the request until one is taken. */
async function once(request: ModelRequest, endpoint: ModelEndpoint): Promise<ModelAnswer> {
  const { settings } = endpoint;
  const tried = new Set<string>();
  let base = dialectOf(settings);
  let dialect = base;
  for (let forms = 1; ; forms++) {
    const { path, body, used } = wireRequest(request, settings, dialect);
    try {
      const answer = await traced({ request, path, body }, endpoint);
      if (dialect !== dialectOf(settings)) remember(settings, dialect);
      return answer;
    } catch (error) {
      request.signal.throwIfAborted();
      const lesson = forms < maxForms ? learn(settings, base, error, used, tried) : undefined;
      if (!lesson) {
        // A form that failed for another reason was not refused for what was learned by name.
        if (base !== dialectOf(settings)) remember(settings, base);
        throw error instanceof TokensSpent ? error : modelFailure(error);
      }
      dialect = lesson.dialect;
      if (lesson.isNamed) base = dialect;
    }
  }
}

interface Sending {
  readonly request: ModelRequest;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** One request by OpenTelemetry's conventions for generative models; what is said in it stays out. */
function traced(sending: Sending, endpoint: ModelEndpoint): Promise<ModelAnswer> {
  const { model, baseURL = openAi, temperature } = endpoint.settings;
  const { hostname, port } = new URL(baseURL);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'gen_ai.request.max_tokens': sending.request.maxTokens,
    'server.address': hostname,
    ...given({ 'gen_ai.request.temperature': temperature, 'server.port': port === '' ? undefined : Number(port) }),
  };
  return inSpan(`chat ${model}`, { kind: 'client', attributes }, async (set) => {
    const answer = await send(
      sending,
      endpoint,
      ({ usage: { inputTokens, outputTokens, cost }, model: answering, finish }) =>
        set({
          'gen_ai.usage.input_tokens': inputTokens,
          'gen_ai.usage.output_tokens': outputTokens,
          'fanfold.cost': cost,
          'gen_ai.response.model': answering ?? model,
          'gen_ai.response.finish_reasons': finish === undefined ? [] : [finish],
        }),
    );
    return answer;
  });
}

const openAi = 'https://api.openai.com/v1';

async function send(
  { request, path, body }: Sending,
  endpoint: ModelEndpoint,
  onRead: (raw: RawAnswer) => void,
): Promise<ModelAnswer> {
  const { model } = endpoint.settings;
  const asked = tokensIn(JSON.stringify(body).length);
  const estimate = asked + request.maxTokens;
  const settle = await reserveTokens(estimate);
  let used = 0;
  let said = 0;
  let isBegun = false;
  const isLate = request.signal.aborted;
  const guess = (): TokenUsage =>
    priced({ inputTokens: asked, outputTokens: tokensIn(said), isGuess: true }, endpoint.settings);
  const count = (usage: TokenUsage): void => {
    used = usage.inputTokens + usage.outputTokens;
    countTokens(model, usage);
  };
  const watched = watch(request, endpoint.settings.idleMs);
  try {
    const response = await endpoint.client
      .post(path, { body, signal: watched.signal, timeout: endpoint.longestMs })
      .asResponse();
    const answer = await read(response, endpoint, watched, (characters) => {
      isBegun = true;
      said = characters;
    });
    // Not all of an answer comes in pieces.
    said = Math.max(said, charactersIn(answer));
    const isSaid = answer.usage.inputTokens + answer.usage.outputTokens > 0;
    const raw = { ...answer, usage: isSaid ? priced(answer.usage, endpoint.settings) : guess() };
    count(raw.usage);
    onRead(raw);
    return answerOf(raw, endpoint, new Set(request.tools?.map(({ name }) => name)));
  } catch (error) {
    request.signal.throwIfAborted();
    // What the watch ended it for, rather than that it was ended.
    watched.signal.throwIfAborted();
    throw error;
  } finally {
    watched.end();
    // What an endpoint has begun to answer it charges for, whether or not it says how much and anybody reads to the end.
    if (used === 0 && (isBegun || (watched.signal.aborted && !isLate))) count(guess());
    await settle(used);
  }
}

function tokensIn(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

async function read(
  response: Response,
  { settings }: ModelEndpoint,
  watched: ReturnType<typeof watch>,
  onPiece: (characters: number) => void,
): Promise<RawAnswer> {
  const reader = settings.api === 'responses' ? new ResponsesReader() : new ChatReader();
  const { isWhole } = await readBody(
    response,
    (value) => {
      const text = reader.add(value);
      onPiece(reader.characters);
      watched.said(text);
    },
    () => watched.alive(),
  );
  // An aborted stream ends as if it were whole.
  watched.signal.throwIfAborted();
  const raw = reader.end();
  const hasContent = raw.text !== '' || raw.calls.length > 0 || raw.refusal !== '';
  // One that ends without saying why was truncated, although nothing was thrown; a few servers say only that it is over.
  if (raw.finish === undefined && !(isWhole && (hasContent || raw.thoughts !== ''))) throw broken();
  return raw;
}

const truncatedFinishes = new Set([
  'length',
  'max_tokens',
  'max_output_tokens',
  'MAX_TOKENS',
  'model_length',
  'model_context_window_exceeded',
]);
const declinedFinishes = new Set(['content_filter', 'refusal', 'safety', 'SAFETY', 'content_filtered']);

/** A name without the namespace and the marks that some templates leave at it, where that is one which was offered. */
function offeredName(name: string, offered: ReadonlySet<string>): string {
  if (offered.has(name)) return name;
  const plain = name.split('<|', 1)[0]?.trim() ?? '';
  return [plain, plain.slice(plain.lastIndexOf('.') + 1)].find((each) => offered.has(each)) ?? name;
}

function answerOf(raw: RawAnswer, { settings }: ModelEndpoint, offered: ReadonlySet<string>): ModelAnswer {
  if (raw.refusal.trim() !== '') throw declined(raw.refusal);
  if (raw.finish !== undefined && declinedFinishes.has(raw.finish)) throw declined('its endpoint filtered the answer');
  const written =
    raw.calls.length === 0 && offered.size > 0 ? writtenCalls(raw.text, offered) : { text: raw.text, calls: raw.calls };
  const { text, thoughts } = separate(written.text);
  return {
    text,
    thoughts: [raw.thoughts, thoughts].filter(Boolean).join('\n'),
    calls: written.calls.map((call) => ({ ...call, name: offeredName(call.name, offered) })),
    usage: raw.usage,
    model: raw.model ?? settings.model,
    isTruncated: raw.finish !== undefined && truncatedFinishes.has(raw.finish),
    ...given({ extra: raw.extra }),
  };
}
