/** By what runs can be found that they write themselves, where their namespace has it. */

/** Written at the end of a run that did not go as it was asked, or that cost something. */
export const endAttributes = {
  /** What stopped its fan-out. */
  stopReason: { name: 'FanfoldStopReason', type: 'Keyword' },
  /** Tasks without a result. */
  failedTasks: { name: 'FanfoldFailedTasks', type: 'Int' },
  /** By the prices of its models. */
  cost: { name: 'FanfoldCost', type: 'Double' },
} as const;

/** Whether something of a run waits for a person: false from the start of a run that may come to it. */
export const waitingAttribute = { name: 'FanfoldWaiting', type: 'Bool' } as const;

/** Noted at the start: whether the namespace has them, which a workflow cannot see. */
export const notesEndMemo = 'fanfold.notesEnd';
