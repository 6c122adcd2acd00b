/** What is asked of a model and what it answers, in no API's own form. */

/** A call of a tool as a model made it, unchecked. */
export interface ModelCall {
  readonly id: string;
  readonly name: string;
  /** JSON as it was written, or the object as it was sent, written as JSON with its numbers as they stood. */
  readonly arguments: string;
  /** Fields that its provider added and must see again, such as signatures. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly calls: readonly ModelCall[];
      /** Fields of the turn that its provider added, such as reasoning that must come back. */
      readonly extra?: Readonly<Record<string, unknown>>;
    }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string };

/** A tool as a model is shown it. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** A JSON schema. */
  readonly parameters: Record<string, unknown>;
}

export interface ModelRequest {
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ToolDeclaration[];
  /** The form that the answer must have. */
  readonly schema?: { readonly name: string; readonly json: object; readonly isStrict: boolean };
  /** Tokens of the answer; more are allowed once where it was truncated or empty. */
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** Given the characters so far, as they come. */
  onText?(characters: number, added: string): void;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of `FANFOLD_MODEL_PRICES`; absent where the model has no price there. */
  readonly cost?: number;
  /** Counted by characters, at least in part, since the endpoint did not say. */
  readonly isGuess?: true;
}

export interface ModelAnswer {
  /** Without thoughts. */
  readonly text: string;
  readonly thoughts: string;
  readonly calls: readonly ModelCall[];
  /** Of every request that this answer took. */
  readonly usage: TokenUsage;
  /** As it names itself. */
  readonly model: string;
  /** It ended because its tokens did, although more were allowed the second time. */
  readonly isTruncated: boolean;
  /** Fields of the turn that must come back with it. */
  readonly extra?: Readonly<Record<string, unknown>>;
}
