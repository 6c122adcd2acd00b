/** What commands of one's own are made of: a run started and followed, options of the stopping rule, and text for a terminal. */
export { readConfig } from './config.ts';
export { given } from './core/given.ts';
export { parseExactly } from './core/json.ts';
export { FanfoldError } from './errors.ts';
export { attend } from './cli/attend.ts';
export { callOf, codeOf, exitCodes, write, writeJson, type ExitCode } from './cli/exit.ts';
export { answerEnd, answerRun, follow, followToEnd, inputOfRun } from './cli/follow.ts';
export { action, addSharedOptions, type Invocation, type SharedOptions } from './cli/invocation.ts';
export { addRunOptions, runOptions, toNumber } from './cli/run-options.ts';
export { writeOutput } from './cli/output.ts';
export { begin, collect, startAndFollow } from './cli/start.ts';
export { columnsOf, truncateToWidth, fitting, many, painter, shellWord, span, wrap } from './cli/text.ts';
export { timeline } from './cli/timeline.ts';
export { markdownAddress, markdownLines, markdownText, safeMarkdown } from './core/text/markup.ts';
export { version } from './cli/version.ts';
export type { DoctorFinding, Face, TaskRows, TextPage, Paint, Style, WaitingRun } from './runs/face.ts';
export type { RunView } from './runs/run-view.ts';
