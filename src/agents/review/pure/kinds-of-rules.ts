/**
 * How sure a rule is that nobody has marked yet: as sure as the others of its kind, each as it was measured. The kinds are
 * the linters' own divisions, so that no rule is put where its figure would be better; `bench/quality/review` has the table.
 */
import { measured } from './measured.ts';

/** Of a linter for scripts: code that nobody can have meant. */
const grave =
  /^(?:no-dupe-.*|no-duplicate-case|no-const-assign|no-class-assign|no-func-assign|no-import-assign|no-obj-calls|no-this-before-super|no-unsafe-negation|no-unsafe-finally|use-isnan|valid-typeof|no-self-assign|no-self-compare|no-sparse-arrays|getter-return|for-direction|no-async-promise-executor|no-invalid-regexp|no-unreachable|no-unsafe-optional-chaining|no-constant-binary-expression|oxc\/(?:missing-throw|bad-.*|const-comparisons|double-comparisons|erasing-op))$/;

/** @param rule without its tool */
export function isGrave(rule: string): boolean {
  return grave.test(rule);
}

/** For how many rules of the kind the mean of the analyser stands. */
const weightOfTool = 2;

export interface Figure {
  /** How many rules were measured. */
  readonly rules: number;
  /** What share of what they said was right or worth a look, each rule alike. */
  readonly share: number;
}

/** `ruff F`, `shellcheck SC3`, `oxlint that cannot be meant`; the analyser alone where it does not divide its rules. */
export function kindOf(name: string): string {
  const [, tool = name, rule = ''] = /^([^/]{1,50})\/(\S{1,200})/.exec(name) ?? [];
  if (tool === 'oxlint') return isGrave(rule) ? `${tool}, what cannot be meant` : `${tool}, the rest`;
  // Families of Ruff are called by letters, kinds of ShellCheck by the first figure.
  const [family = ''] =
    (tool === 'ruff' ? /^[A-Z]{1,6}(?=\d)/ : tool === 'shellcheck' ? /^SC\d/ : /^$/).exec(rule) ?? [];
  return family === '' ? tool : `${tool} ${family}`;
}

const toolOf = (name: string): string => name.slice(0, name.indexOf('/'));

/** Of analysers, and of kinds. */
export const ofTools: ReadonlyMap<string, Figure> = figures(toolOf);
export const ofKinds: ReadonlyMap<string, Figure> = figures(kindOf);

function figures(by: (name: string) => string): Map<string, Figure> {
  const all = new Map<string, Figure>();
  for (const [name, [useful, of]] of Object.entries(measured)) {
    const { rules, share } = all.get(by(name)) ?? { rules: 0, share: 0 };
    all.set(by(name), { rules: rules + 1, share: (share * rules + useful / of) / (rules + 1) });
  }
  return all;
}

/** What is expected of a rule before it is seen: the mean of its kind, drawn towards that of its analyser where few of the kind were measured. */
export function expectedOfKind(name: string): number {
  const ofTool = ofTools.get(toolOf(name))?.share ?? 0;
  const { rules, share } = ofKinds.get(kindOf(name)) ?? { rules: 0, share: 0 };
  return (share * rules + ofTool * weightOfTool) / (rules + weightOfTool);
}
