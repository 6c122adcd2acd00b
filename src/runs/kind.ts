/**
 * A kind of run: everything that the client, the service and the commands know of it, in one value.
 * The surprising rule: it is loaded by processes that start runs, and never by a workflow, whose bundle has no zod.
 */
import type { ZodType } from 'zod';
import type { RunContext } from '../core/run.ts';
import type { Store } from '../store/store.ts';

export type { PendingApproval } from '../core/run.ts';
export { refusing } from '../core/unknown-keys.ts';
export { context, docs, duration, runOptions } from './schema.ts';

/**
 * What a person may say to a run that goes on: an Update of its workflow, checked by this schema first.
 *
 * @example const sign: Word = { summary: 'Signs the report', update: 'sign', body: z.strictObject({ by: z.string() }), person: 'by' };
 */
export interface Word {
  /** One line for OpenAPI and help. */
  readonly summary: string;
  /** The workflow's Update. */
  readonly update: string;
  readonly body: ZodType;
  /** What the Update answers, where that is the answer; without one it is the run as the word left it. */
  readonly answer?: ZodType;
  /** The right that a token needs for it: who decides, or who takes part in the conversation. @default 'approve' */
  readonly needs?: 'approve' | 'start';
  /** The field of the body that names who says it; where a caller's token has a holder, it is the holder and nobody else. */
  readonly person?: string;
  /**
   * Fields of the body that say what its sayer saw, and where each is in the kind's first sight, so that what is said of
   * one report is not taken for another.
   */
  readonly seen?: Readonly<Record<string, string>>;
  /**
   * Fields of the body with the SHA-256 of files by their names, as its sayer has them, and where the kind's first sight
   * lists those files, each with its `name`.
   */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * What may be seen of a run by a query of its workflow.
 *
 * @example const report: Sight = { summary: 'The report as soon as there is one', query: 'report', answer: z.object({ text: z.string() }) };
 */
export interface Sight {
  readonly summary: string;
  /** The workflow's query; undefined as its answer means: not yet. */
  readonly query: string;
  readonly answer: ZodType;
}

/**
 * The answer of a run written for another program, such as a report for a code host.
 *
 * @example const csv: Form<DigestInput> = { summary: 'The digest as CSV', mediaType: 'text/csv', write: (answer) => csvOf(answer) };
 */
export interface Form<I extends object = RunContext> {
  /** One line for OpenAPI and the page. */
  readonly summary: string;
  readonly mediaType: string;
  /** The kind's sight that is the answer before the run is over, such as a report that waits to be signed. @default none */
  readonly sight?: string;
  /** @returns undefined where the answer is not of the form that it expects */
  write(answer: unknown, about: FormContext<I>): Written | undefined;
}

/**
 * A text as a whole, or in pieces where it may be larger than what one should hold; what cannot be whole fails before its first.
 *
 * @example async function* rows(): AsyncGenerator<string> { yield 'page,words\n'; }
 */
export type Written = string | AsyncIterable<string>;

/**
 * What a form may know beside the answer.
 *
 * @example const source = ({ input, runId }: FormContext<DigestInput>) => `${runId}: ${input.pages.length} pages`;
 */
export interface FormContext<I extends object = RunContext> {
  readonly runId: string;
  readonly input: I;
  /** Of this package. */
  readonly version: string;
  /** Where an answer keeps what is too large for it. */
  readonly store: Pick<Store, 'get'>;
}

/**
 * How the runs of a kind follow one another in a conversation, each with what was said before.
 *
 * @example const conversation: Conversation<ChatInput> = { reply: 'reply', body: ({ message }) => ({ text: message }), next };
 */
export interface Conversation<I extends object> {
  /** The word that answers a run which has asked back. */
  readonly reply: string;
  /** What a message is as the body of that word. */
  body(input: I): object;
  /**
   * What the next run is asked: the message, and what was said before.
   *
   * @param answer of the last run; undefined where it has none
   * @throws {InvalidOptionsError} naming the field, where the conversation is another one
   */
  next(input: I, last: I, answer: unknown): I;
}

/**
 * A kind of run of one's own: its workflow, what it is asked, and what may be said to it and seen of it.
 *
 * @example const digestKind: Kind<DigestInput> = { name: 'digest', workflow: 'digest', noun: 'page', input, summary: ({ pages }) => `${pages.length} pages` };
 */
export interface Kind<I extends object = RunContext> {
  /** Its route, its command and the prefix of its runs' ids. */
  readonly name: string;
  /** The type of its workflow in Temporal. */
  readonly workflow: string;
  /** Its workflow is that of another kind, which stands for its runs where they are seen. @default false */
  readonly sharesWorkflow?: boolean;
  /** One schema for the client's check, the HTTP body and OpenAPI. */
  readonly input: ZodType<I>;
  /** What may be asked over HTTP, where that is less: `input.omit({ … })`. @default `input` */
  readonly remote?: ZodType<NoInfer<I>>;
  /** The schema of its options, where they are not those of every run. */
  readonly options?: ZodType;
  /** What a task is called: 'source', 'file', 'call'. */
  readonly noun: string;
  /** One line for who chooses what to start. @default none */
  readonly about?: string;
  /** The line of the run in Temporal's Web UI, behind the kind's name. */
  summary(input: I): string;
  /** How many tasks there will be, where that is known before. */
  count?(input: I): number | undefined;
  /** What no schema says. @throws {InvalidOptionsError} naming the field */
  check?(input: I): void;
  /** The task of an id as it was given, for dead letters. @default the id */
  task?(input: I, id: string): unknown;
  /** What a person may say: `POST /runs/{id}/{word}`, `client.say(runId, word, body)`. */
  readonly words?: Readonly<Record<string, Word>>;
  /**
   * Fields that a redrive's input takes from the run that it does again, each with the workflow's query that answers it;
   * undefined leaves the field as it was.
   */
  carried?(input: I): Readonly<Record<string, string>>;
  /** Fields of the input that are a word said at the start, by the word's name. */
  readonly saidAtStart?: Readonly<Record<string, string>>;
  /** Objects of the store that the input names by key, since a tenant reads only its own. @default none */
  storeKeys?(input: I): readonly string[];
  /** How its runs follow one another in a conversation, where they do: `POST /threads/{id}`, `client.converse`. */
  readonly conversation?: Conversation<I>;
  /** What may be seen: `GET /runs/{id}/{name}`, `client.see(runId, name)`. */
  readonly sights?: Readonly<Record<string, Sight>>;
  /** As what else its answer is written: `GET /runs/{id}/{name}`, `client.see(runId, name)` for the text. */
  readonly forms?: Readonly<Record<string, Form<I>>>;
  /** The answer in the pieces in which a stream of the run tells it, each of them fit to be shown. @default in one, with the end */
  spoken?(answer: unknown): readonly string[];
  /** The query that lists what waits for a person, as {@link PendingApproval}s; a run whose workflow waits by other means than `waitForPerson` is in no list of those. */
  readonly pending?: string;
  /** Its workflow tasks take milliseconds, so one that died with its worker is given up after a second. */
  quick?(input: I): boolean;
}

/** Kinds from a configuration, which is code that no compiler may have seen. @throws {TypeError} naming what is missing */
export function asKinds(values: readonly object[]): readonly Kind[] {
  return values.map((value, index) => {
    const { name, workflow, noun, input, summary } = value as Partial<Record<keyof Kind, unknown>>;
    const texts = [name, workflow, noun].every((text) => typeof text === 'string' && text !== '');
    const hasSchema = typeof input === 'object' && input !== null && 'safeParse' in input;
    if (texts && hasSchema && typeof summary === 'function') return value as Kind;
    const needed = '`name`, `workflow`, `noun`, `input` (a zod schema) and `summary`';
    throw new TypeError(`\`kinds[${index}]\` is no kind of run: it needs ${needed}`);
  });
}
