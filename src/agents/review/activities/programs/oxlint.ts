/**
 * oxlint: with the project's configuration where its tools may be run, since that may name plugins, which are code;
 * otherwise in a private folder with rules of ours, on what is wrong and not on how it is written.
 */
import { given } from '../../../../activities/index.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Severity } from '../../pure/findings.ts';
import { isGrave } from '../../pure/kinds-of-rules.ts';
import { configuresOxlint, findPackage } from './find.ts';
import { nameIn, type AnalyserCall, type AnalyserOutput, type AnalyserRun, type AnalyserSays } from './run.ts';

const output = z.object({
  /** At how many it looked. */
  number_of_files: z.number().optional(),
  diagnostics: z.array(
    z.object({
      message: z.string(),
      code: z.string().optional(),
      severity: z.string(),
      url: z.string().optional(),
      help: z.string().optional(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.number().optional(), column: z.number().optional() }) })),
    }),
  ),
});

/** What an author names so is meant to be unused. */
const marked = { varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' };
/** Rules whose findings are nearly always worth a look in code of anybody; style is the project's own affair. */
const settings: {
  readonly rules: Readonly<Record<string, unknown>>;
  readonly plugins: readonly string[];
  readonly categories: object;
} = {
  plugins: ['typescript', 'unicorn', 'oxc', 'promise'],
  categories: { correctness: 'error' },
  rules: {
    'no-unused-vars': [
      'error',
      { args: 'none', caughtErrors: 'none', ignoreRestSiblings: true, vars: 'local', ...marked },
    ],
    'no-unused-expressions': 'off',
    'no-useless-escape': 'off',
    'no-extra-boolean-cast': 'off',
    'no-shadow-restricted-names': 'off',
    'no-unassigned-vars': 'off',
    'no-useless-catch': 'off',
    'no-useless-rename': 'off',
    'no-empty-pattern': 'off',
    'no-empty-character-class': 'error',
    'no-control-regex': 'off',
    'no-async-promise-executor': 'error',
    'no-eval': 'error',
    'no-implied-eval': 'error',
    'no-new-func': 'warn',
    'no-extend-native': 'error',
    'no-unexpected-multiline': 'error',
    'no-self-compare': 'error',
    'no-cond-assign': 'error',
    'no-constant-binary-expression': 'error',
    'no-template-curly-in-string': 'off',
    'array-callback-return': 'error',
    'no-promise-executor-return': 'off',
    'no-unmodified-loop-condition': 'off',
    'no-duplicate-case': 'error',
    // What a setter returns is heard by nobody.
    'no-setter-return': 'off',
    'no-empty': ['warn', { allowEmptyCatch: true }],
    'promise/no-new-statics': 'error',
    // Libraries with promises of their own take a third function, for progress.
    'promise/valid-params': 'off',
    'promise/always-return': 'off',
    'promise/catch-or-return': 'off',
    'promise/no-callback-in-promise': 'off',
    // It holds numbers to fewer digits than the language does today.
    'oxc/number-arg-out-of-range': 'off',
    'oxc/only-used-in-recursion': 'off',
    'typescript/no-useless-empty-export': 'off',
    // How types are written.
    'typescript/no-wrapper-object-types': 'off',
    'typescript/no-extra-non-null-assertion': 'off',
    'typescript/no-unnecessary-parameter-property-assignment': 'off',
    'typescript/no-unsafe-declaration-merging': 'off',
    'typescript/prefer-as-const': 'off',
    'typescript/prefer-namespace-keyword': 'off',
    'typescript/no-this-alias': 'off',
    'typescript/triple-slash-reference': 'off',
    'typescript/no-namespace': 'off',
    'unicorn/no-thenable': 'off',
    'unicorn/no-unnecessary-await': 'off',
    'unicorn/no-new-array': 'off',
    'unicorn/no-empty-file': 'off',
    'unicorn/no-useless-fallback-in-spread': 'off',
    'unicorn/no-useless-spread': 'off',
    'unicorn/no-useless-length-check': 'off',
    'unicorn/no-single-promise-in-promise-methods': 'off',
    'unicorn/prefer-string-starts-ends-with': 'off',
    'unicorn/prefer-set-size': 'off',
    'unicorn/no-await-in-promise-methods': 'error',
  },
};
const light = /^(?:no-unused-.*|no-empty.*|no-debugger)$/;

/** @param scope its plugin */
export function isAskedOfOxlint(rule: string, scope: string, category: string): boolean {
  const setting = settings.rules[rule];
  if (setting !== undefined) return setting !== 'off';
  return category === 'correctness' && (scope === 'eslint' || settings.plugins.includes(scope));
}

export async function oxlintRun({ root, files, projectTools, program, folder }: AnalyserCall): Promise<AnalyserRun> {
  const paths = files.map(({ path }) => join(root, path));
  const typeAware = program.own === true && findPackage('oxlint-tsgolint', 'tsgolint', root, true)?.own === true;
  const configured = isConfigured({ root, projectTools });
  const config = join(folder, 'oxlint.json');
  if (!configured) await writeFile(config, JSON.stringify(settings));
  const options = [
    ...(configured ? [] : ['--config', config, '--disable-nested-config', '--no-ignore']),
    ...(typeAware ? ['--type-aware'] : []),
  ];
  // Away from the project, its configuration is not found.
  const cwd = projectTools ? root : folder;
  return {
    args: ['--format=json', '--no-error-on-unmatched-pattern', ...options, ...paths],
    cwd,
  };
}

function isConfigured({ root, projectTools }: Pick<AnalyserCall, 'root' | 'projectTools'>): boolean {
  return projectTools && configuresOxlint(root);
}

export function readOxlint({ stdout, call, cwd }: AnalyserOutput): AnalyserSays {
  const configured = isConfigured(call);
  const { diagnostics, number_of_files: seen } = output.parse(JSON.parse(stdout));
  return {
    ...given({ seen }),
    claims: diagnostics.map(({ message, code, severity, url, help, filename, labels }) => ({
      path: nameIn(call.root, filename, cwd),
      line: labels[0]?.span.line ?? 1,
      column: labels[0]?.span.column ?? 1,
      severity: severityOf(severity, code, configured),
      confidence: 0.9,
      tool: 'oxlint',
      rule: ruleOf(code),
      message,
      ...given({ help, url }),
    })),
  };
}

/** What a project calls an error is one; of our own choice, what cannot be parsed or meant. */
function severityOf(severity: string, code: string | undefined, chosen: boolean): Severity {
  if (code === undefined) return 'error';
  if (chosen) return severity === 'error' ? 'error' : 'warning';
  const rule = ruleOf(code);
  if (light.test(rule)) return rule === 'no-debugger' ? 'warning' : 'note';
  return isGrave(rule) ? 'error' : 'warning';
}

/** `eslint(no-debugger)` as `no-debugger`, `typescript(no-this-alias)` as `typescript/no-this-alias`. */
function ruleOf(code: string | undefined): string {
  if (code === undefined) return 'syntax';
  const [, plugin = '', rule = code] = /^([\w-]{1,50})\((.{1,100})\)$/.exec(code) ?? [];
  return plugin === '' || plugin === 'eslint' ? rule : `${plugin.replace(/^typescript-eslint$/, 'typescript')}/${rule}`;
}
