/** What a project says of its own review: severities of rules by place, and comments in the code that answer a finding. */
import type { Finding, Severity } from './findings.ts';
import { isUnparsed, nameOf, severities } from './findings.ts';
import { isMarked } from './marks.ts';
import { isInlineTest } from './places.ts';
import { isSecret } from './security.ts';

export type RuleSetting = Severity | 'off';

export interface ReviewSettings {
  /** By `tool/rule`, `tool/*` or `rule`. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** For paths alone; the last that speaks of a rule holds. */
  readonly overrides: readonly {
    readonly matches: (path: string) => boolean;
    readonly rules: ReviewSettings['rules'];
  }[];
  readonly isTest: (path: string) => boolean;
}

/** Why a finding is not reported: by a comment beside it, by one for another tool, by the project's settings, as it is in test code, as a grammar is older than the code, or as its rule is more often wrong than right. */
export type Quiet = 'inline' | 'marked' | 'settings' | 'tests' | 'grammar' | 'unsure' | 'baseline';
export type Suppressed = Partial<Readonly<Record<Quiet, number>>>;

/** How sure a parser is of what is rather the fault of its grammar. */
export const ofGrammar = 0.1;

/** What is right or worth a look less often is not reported unasked. */
const leastConfidence = 0.5;

/** What is a fault in production, and how tests are written. */
const usualInTests =
  /^(?:ruff\/(?:S\d+|B006|B011|B015|B017|B018|F401|F811|F841|PLR.*|PLW.*)|secrets\/(?:password|password-in-address|signed-token|authorization)|text\/private-key|oxlint\/(?!(?:no-dupe-.*|no-duplicate-case|no-const-assign|no-unsafe-negation|use-isnan|no-cond-assign|no-obj-calls|for-direction|array-callback-return|syntax)$).*|syntax\/(?!syntax$|assignment-in-condition$).*)$/;

export interface Judged {
  readonly kept: Finding[];
  readonly suppressed: Suppressed;
}

interface Judging {
  /** Whatever the confidence. @default false */
  readonly all?: boolean | undefined;
  /** The analyser whose rules the project has chosen, so that they are told as they are. */
  readonly chosen?: string | undefined;
}

/** The findings as the project wants them reported; the rest is counted by its reason. */
export function judged(
  findings: readonly Finding[],
  lines: readonly string[],
  settings: ReviewSettings,
  { all = false, chosen }: Judging = {},
): Judged {
  const suppressed: Partial<Record<Quiet, number>> = {};
  const kept = findings.flatMap((finding) => {
    const setting = settingOf(finding, settings);
    const isNamed = setting !== undefined || finding.tool === chosen;
    const inTests = settings.isTest(finding.path) || isInlineTest(finding.path, lines, finding.line);
    const quiet =
      answeredOf(finding, lines, setting) ??
      (isNamed ? undefined : (usualOf(finding, inTests) ?? (all ? undefined : unsureOf(finding, inTests))));
    if (quiet) suppressed[quiet] = (suppressed[quiet] ?? 0) + 1;
    return quiet ? [] : [isSeverity(setting) ? { ...finding, severity: setting, isSet: true as const } : finding];
  });
  return { kept, suppressed };
}

/** Text that should stand nowhere. */
const everywhere = /^(?:text|workflow|model)$/;

/** What is found in test code was worth a look in one of eight cases. How sure a model is of itself is its own affair. */
function unsureOf(finding: Finding, inTests: boolean): Quiet | undefined {
  const { tool, severity, confidence } = finding;
  if (tool !== 'model' && confidence < leastConfidence) return 'unsure';
  const isLive = isSecret(finding) && severity === 'error';
  return inTests && !everywhere.test(tool) && !isLive && !isUnparsed(finding) ? 'tests' : undefined;
}

/** By somebody who has looked: in a comment, or in the settings. */
function answeredOf(finding: Finding, lines: readonly string[], setting: RuleSetting | undefined): Quiet | undefined {
  if (setting === 'off') return 'settings';
  if (isAnswered(finding, lines)) return 'inline';
  return isMarked(finding, lines) ? 'marked' : undefined;
}

function usualOf(finding: Finding, inTests: boolean): Quiet | undefined {
  if (nameOf(finding) === 'syntax/syntax' && finding.confidence === ofGrammar) return 'grammar';
  return inTests && usualInTests.test(nameOf(finding)) ? 'tests' : undefined;
}

function isSeverity(setting: RuleSetting | undefined): setting is Severity {
  return severities.some((severity) => severity === setting);
}

function settingOf(finding: Finding, { rules, overrides }: ReviewSettings): RuleSetting | undefined {
  let setting = ruleSetting(finding, rules);
  for (const override of overrides) {
    if (override.matches(finding.path)) setting = ruleSetting(finding, override.rules) ?? setting;
  }
  return setting;
}

/** The most exact name that is there. */
function ruleSetting(finding: Finding, rules: ReviewSettings['rules']): RuleSetting | undefined {
  const name = [nameOf(finding), finding.rule, `${finding.tool}/*`].find((each) => Object.hasOwn(rules, each));
  return name === undefined ? undefined : rules[name];
}

const answer = /\bfanfold-ignore(-file)?\b(?:[ \t]{0,3}[[(]([^\])]{0,300})[\])])?/;
/** A comment about a whole file stands at its head. */
const headLines = 20;

/** Whether a comment on its line, alone on the line above, or at the head of the file says that it is known. */
function isAnswered(finding: Finding, lines: readonly string[]): boolean {
  const own = lines[finding.line - 1] ?? '';
  const above = lines[finding.line - 2] ?? '';
  if (speaksOf(finding, own, false)) return true;
  if (/^\s{0,200}(?:\/\/|\/\*|#|--|<!--|;|%)/.test(above) && speaksOf(finding, above, false)) return true;
  return lines.slice(0, headLines).some((line) => speaksOf(finding, line, true));
}

/** `fanfold-ignore` answers all, `fanfold-ignore[ruff/S105, bug]` these rules. */
function speaksOf(finding: Finding, line: string, ofFile: boolean): boolean {
  const [whole, file, rules] = answer.exec(line) ?? [];
  if (whole === undefined || ofFile !== (file !== undefined)) return false;
  const names = rules?.split(/[,\s]+/).filter((name) => name !== '') ?? [];
  return names.length === 0 || names.some((name) => [nameOf(finding), finding.rule, finding.tool].includes(name));
}

export function sumOfSuppressed(all: readonly (Suppressed | undefined)[]): Suppressed {
  const total: Partial<Record<Quiet, number>> = {};
  for (const each of all) {
    for (const [reason, count] of Object.entries(each ?? {}) as [Quiet, number][]) {
      total[reason] = (total[reason] ?? 0) + count;
    }
  }
  return total;
}
