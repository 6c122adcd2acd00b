/** By what a run is found that did not go as it was asked, or that cost something: written at its end, where its namespace has it. */
export const endAttributes = {
  /** What stopped its fan-out. */
  stopReason: { name: 'FanfoldStopReason', type: 'Keyword' },
  /** Tasks without a result. */
  failedTasks: { name: 'FanfoldFailedTasks', type: 'Int' },
  /** By the prices of its models. */
  cost: { name: 'FanfoldCost', type: 'Double' },
} as const;

/** Noted at the start: whether the namespace has them, which a workflow cannot see. */
export const notesEndMemo = 'fanfold.notesEnd';
