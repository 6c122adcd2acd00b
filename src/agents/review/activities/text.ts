/** What is wrong in a file of any language: text that should not be there at all, secrets, and a few forms of data. */
import type { ReviewClaim, Severity } from '../pure/findings.ts';
import { isDocument } from '../pure/precision.ts';
import { isShown } from '../pure/shown-secrets.ts';
import { secretsIn } from '../pure/secrets.ts';
import { dockerRules } from './dockerfile.ts';
import { workflowRules } from './github-workflow.ts';

interface TextRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: number;
  readonly message: string;
  readonly pattern: RegExp;
  /** Whether a line that has it is as it should be. */
  readonly unless?: (line: string, path: string) => boolean;
}

const rules: readonly TextRule[] = [
  {
    rule: 'merge-conflict',
    severity: 'error',
    confidence: 0.95,
    message: 'A mark of a merge conflict was left behind',
    pattern: /^(<{7} |>{7} )\S/,
  },
  {
    rule: 'hidden-direction',
    severity: 'error',
    confidence: 0.9,
    message: 'A character turns the direction of reading, so that the code is not what it looks like',
    pattern: /[\u202A-\u202E\u2066-\u2069]/,
    unless: keepsDirection,
  },
  {
    rule: 'private-key',
    severity: 'error',
    confidence: 0.8,
    message: 'A private key is in the source',
    // At the end of a line, or with what is a key behind it, as in JSON.
    pattern: /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s{0,10}$|(?:\\n)?[A-Za-z0-9+/]{20})/,
  },
];

export const textRuleNames = rules.map(({ rule }) => rule);

/** What may end a text or a comment, or begin one: beyond it the marks would turn code. */
const ends = /["'`;#]|\/\/|\/\*|\*\/|--|<!--|\r/;

/** A file of translations, which nothing runs: in a text that is read from the right its own marks hide nothing. */
const translation =
  /(?:^|\/)(?:(?:langs?|languages?|locales?|i18n|l10n|translations?)\/(?:[^/]{1,100}\/){0,9}[^/]{1,100}\.(?:jsonc?|xml|properties|ini|txt|md)|values-[a-z]{2,3}(?:-r?\w{2,4})?\/\w{1,60}\.xml|[\w-]{1,20}\.lproj\/[^/]{1,100}\.strings)$/;
const fromTheRight = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Text of two directions is set apart so; what turns the letters themselves, or goes on beyond its text or line, hides something. */
function keepsDirection(line: string, path: string): boolean {
  if (translation.test(path) && fromTheRight.test(line)) return true;
  let open = 0;
  let from = 0;
  for (const { 0: character, index } of line.matchAll(/[\u202A-\u202E\u2066-\u2069]/g)) {
    if (character === '\u202D' || character === '\u202E') return false;
    if (open > 0 && ends.test(line.slice(from, index))) return false;
    from = index + 1;
    // What ends a direction that none began does nothing.
    open = character === '\u202C' || character === '\u2069' ? Math.max(0, open - 1) : open + 1;
  }
  return open === 0;
}

/** Where a name and a value stand beside each other without quotes. */
const formsOfData = new Set(['data', 'yaml', 'terraform', 'bash', 'makefile']);

export function textRules(path: string, language: string, lines: readonly string[]): ReviewClaim[] {
  const found = rules.flatMap(({ pattern, unless, ...rule }) =>
    lines.flatMap((line, index) => {
      const column = line.search(pattern) + 1;
      return column === 0 || unless?.(line, path) ? [] : [{ path, line: index + 1, column, tool: 'text', ...rule }];
    }),
  );
  // What documents show in place of a password is an example.
  const isProse = isDocument(path);
  const isData = formsOfData.has(language);
  const secrets = lines.flatMap((line, index) =>
    secretsIn(line)
      .filter(({ rule: { ofData, severity } }) => !(isProse && severity === 'warning') && !(ofData && !isData))
      .filter(({ rule: { rule } }) => !isShown(rule, path, lines, index))
      .map(({ rule: { rule, severity, confidence, message }, start }) => {
        return { path, line: index + 1, column: start + 1, tool: 'secrets', rule, severity, confidence, message };
      }),
  );
  // The more exact of two rules about one place.
  const once = secrets.filter(
    ({ line, column }, index) => secrets.findIndex((other) => other.line === line && other.column === column) === index,
  );
  const forms = [
    ...(language === 'dockerfile' ? dockerRules(path, lines) : []),
    ...(language === 'yaml' ? workflowRules(path, lines) : []),
  ];
  return [...found, ...once, ...forms];
}
