/** What a history says of its run besides its events; it may be an object of the SDK or JSON from a file. */

interface Started {
  readonly events?: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowId?: string | null } | null;
  }[];
}

/** A replay needs it where a workflow names others after itself; histories of long ago do not have it. */
export function workflowIdOf(history: object): string | undefined {
  return (history as Started).events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? undefined;
}
