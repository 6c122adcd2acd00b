/** What a thread of its own runs: calls one function of one module at a time, and answers with its value or its failure. */
import { parentPort } from 'node:worker_threads';

/** A call on its way to a thread. */
export interface ThreadCall {
  readonly module: string;
  readonly name: string;
  readonly input: unknown;
}

/** A failure on its way back; threads copy no classes. */
export interface ThreadFault {
  readonly message: string;
  readonly type: string;
  readonly nonRetryable: boolean;
}

/** `began` says that the module is loaded: only what follows counts against the time limit. */
export type ThreadAnswer =
  | { readonly kind: 'began' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly fault: ThreadFault };

type Callable = (input: unknown) => unknown;

async function run({ module, name, input }: ThreadCall): Promise<ThreadAnswer> {
  try {
    const loaded = (await import(module)) as Readonly<Record<string, Callable>>;
    parentPort?.postMessage({ kind: 'began' } satisfies ThreadAnswer);
    return { kind: 'value', value: await loaded[name]?.(input) };
  } catch (error) {
    return { kind: 'fault', fault: faultOf(error) };
  }
}

function faultOf(error: unknown): ThreadFault {
  if (!(error instanceof Error)) return { message: 'it failed without a reason', type: 'Error', nonRetryable: false };
  const { message, name } = error;
  const { type, nonRetryable } = error as { type?: unknown; nonRetryable?: unknown };
  return {
    message: message.slice(0, 5000),
    type: typeof type === 'string' ? type : name,
    nonRetryable: nonRetryable === true,
  };
}

parentPort?.on('message', (call: ThreadCall) => {
  void run(call).then((answer) => {
    try {
      parentPort?.postMessage(answer);
    } catch (error) {
      parentPort?.postMessage({ kind: 'fault', fault: faultOf(error) } satisfies ThreadAnswer);
    }
  });
});
