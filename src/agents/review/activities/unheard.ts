/**
 * What `fanfold.review.json` says that nothing here hears: rules that no analyser has, or none looks for, and patterns
 * that mean no file. Misspelt, such a line would hold of nothing, and nobody would know. It is told and not refused, as
 * the analysers of another machine may know more.
 */
import { nearest } from '../../../core/text/index.ts';
import { globs } from '../pure/globs.ts';
import { secretRules } from '../pure/secrets.ts';
import { dockerRuleNames } from './dockerfile.ts';
import { workflowRuleNames } from './github-workflow.ts';
import { oxlintRules } from './programs/oxlint-rules.ts';
import { installedNames } from './programs/registry.ts';
import { categories } from './reviewer.ts';
import { isAskedOfRuff } from './ruff.ts';
import { syntaxRules } from './rules.ts';
import { settingsFile, type ProjectSettings } from './settings.ts';
import { textRuleNames } from './text.ts';

interface Place {
  readonly root: string;
  readonly projectTools: boolean;
  /** All files of the folder; undefined where only some were listed, as of a change. */
  readonly paths: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Of each kind. */
const mostTold = 5;
/** Patterns times files. */
const mostLooks = 500_000;

export async function unheard({ named }: ProjectSettings, place: Place): Promise<string[]> {
  const { projectTools, paths } = place;
  const told = named.rules.size === 0 ? [] : await unheardRules(named.rules, place);
  const idle = paths === undefined ? [] : meaningless(named.patterns, paths);
  const without = projectTools ? '' : ' without --project-tools';
  return [
    ...shortened(
      told.map(({ name, near, isKnown }) => {
        if (isKnown) return `'${name}' is not looked for here${without}, so what is said of it says nothing.`;
        return `no analyser has a rule '${name}'${near === undefined ? '.' : `; did you mean '${near}'?`}`;
      }),
    ),
    ...shortened(idle.map((pattern) => `'${pattern}' means no file that is here.`)),
  ].map((note) => `${settingsFile}: ${note}`);
}

interface Unheard {
  readonly name: string;
  readonly isKnown: boolean;
  readonly near?: string | undefined;
}

/** Analysers that have other rules on each machine, and codes of compilers. */
const open =
  /^(?:(?:eslint|semgrep|gitleaks|golangci-lint|clippy|actionlint)\/.{1,200}|clippy::\w{1,100}|(?:typescript\/)?TS\d{4,5}|(?:oxlint\/)?TS\/\d{4,5}|(?:shellcheck\/|hadolint\/)?(?:SC|DL)\d{4})$/;
const ofRuff = /^(?:ruff\/)?([A-Z]{1,6}\d{2,5})$/;
const unparsed = ['ruff/invalid-syntax', 'syntax/syntax', 'oxlint/syntax', 'eslint/syntax'];

interface Heard {
  readonly names: ReadonlySet<string>;
  readonly projectTools: boolean;
  /** Rules of the linter, by whether it is asked for them; none where it does not say. */
  readonly linter: ReadonlyMap<string, boolean>;
}

async function unheardRules(named: ReadonlyMap<string, boolean>, place: Place): Promise<Unheard[]> {
  const { root, projectTools, signal } = place;
  const linter = await oxlintRules(root, signal);
  const ofLinter = [...linter].filter(([, isAsked]) => isAsked || projectTools).map(([rule]) => `oxlint/${rule}`);
  const asked = [...ours(), ...ofLinter];
  const heard: Heard = { names: new Set(asked.flatMap((name) => [name, ruleOf(name)])), projectTools, linter };
  return [...named].flatMap(([name, isOff]): readonly Unheard[] => {
    if (isHeard(name, heard)) return [];
    const isKnown = ofRuff.test(name) || linter.has(name) || linter.has(ruleOf(name));
    // What is switched off and not looked for is as it was meant.
    if (isKnown) return isOff ? [] : [{ name, isKnown }];
    return [{ name, isKnown, near: nearest(name, name.includes('/') ? asked : asked.map(ruleOf)) }];
  });
}

const ofOthers = /^(?!oxlint\/)[\w-]{1,50}\//;

function isHeard(name: string, { names, projectTools, linter }: Heard): boolean {
  if (names.has(name) || open.test(name)) return true;
  const [, code] = ofRuff.exec(name) ?? [];
  if (code !== undefined) return projectTools || isAskedOfRuff(code);
  return linter.size === 0 && !ofOthers.test(name);
}

function ours(): string[] {
  const tools = [
    'oxlint',
    'eslint',
    'typescript',
    'ruff',
    'syntax',
    'text',
    'secrets',
    'dockerfile',
    'workflow',
    'model',
  ];
  return [
    ...[...tools, ...installedNames].map((tool) => `${tool}/*`),
    ...unparsed,
    ...Object.values(syntaxRules).flatMap((rules) => rules.map(({ rule }) => `syntax/${rule}`)),
    ...textRuleNames.map((rule) => `text/${rule}`),
    ...secretRules.map(({ rule }) => `secrets/${rule}`),
    ...dockerRuleNames.map((rule) => `dockerfile/${rule}`),
    ...workflowRuleNames.map((rule) => `workflow/${rule}`),
    ...categories.map((category) => `model/${category}`),
  ];
}

/** `tool/rule` without the tool. */
function ruleOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** The patterns that mean none of the files. */
function meaningless(patterns: readonly string[], paths: readonly string[]): string[] {
  const most = Math.max(1, Math.floor(mostLooks / Math.max(1, paths.length)));
  return patterns.slice(0, most).filter((pattern) => {
    // One that takes files back is held to what it takes back.
    const text = pattern.replace(/^!/, '');
    const isMeant = globs([text]);
    return text.trim() !== '' && !text.startsWith('#') && !paths.some((path) => isMeant(path));
  });
}

function shortened(notes: readonly string[]): string[] {
  const more = notes.length - mostTold;
  return more > 0 ? [...notes.slice(0, mostTold), `and ${more} more of the kind.`] : [...notes];
}
