/**
 * Comments that answer the finding of another tool, such as `# nosec` or `// eslint-disable-next-line no-eval`: whoever wrote one
 * has thought of that kind of finding, whichever tool reports it here.
 */
import { commentsOf } from './comments.ts';
import type { Finding } from './findings.ts';
import { nameOf } from './findings.ts';
import { isSecret, isSecurity } from './security.ts';

/** What a mark without names answers: everything but secrets, or what its tool looks for alone. */
type Kind = 'code' | 'security' | 'secrets' | 'types';

interface MarkForm {
  readonly pattern: RegExp;
  /** How the names of rules stand behind it; what else stands there is a reason. */
  readonly names: keyof typeof namesBehind;
  readonly answers: Kind;
  /** The lines that it speaks of: its own, the next, its own or the next where it stands alone, or all until one that ends it. */
  readonly of: 'own' | 'next' | 'either' | 'block';
  /** What ends a block. */
  readonly end?: RegExp;
  /** Without names it says nothing. */
  readonly named?: true;
  /** Above all code it speaks of the whole file. */
  readonly atHead?: true;
}

const namesBehind = {
  spaced: /^[ \t:]{1,4}([\w./@*, -]{1,300})/,
  /** After a colon or an equals sign, or in brackets. */
  marked: /^[ \t]{0,3}[:=([][ \t]{0,3}([\w./:@*, -]{1,300})/,
  numbered: /^[ \t:]{1,4}([A-Z]{1,3}\d[\w, ]{0,200})/,
  none: /^(?!)()/,
} as const;

const code = { answers: 'code', names: 'spaced' } as const;
const marked = { answers: 'code', names: 'marked' } as const;

const forms: readonly MarkForm[] = [
  { ...code, pattern: /(?:eslint|oxlint)-disable-next-line\b/, of: 'next' },
  { ...code, pattern: /(?:eslint|oxlint)-disable-line\b/, of: 'own' },
  { ...code, pattern: /(?:eslint|oxlint)-disable(?!-)\b/, of: 'block', end: /(?:eslint|oxlint)-enable\b/ },
  { ...code, pattern: /biome-ignore/, of: 'next', named: true },
  { ...marked, pattern: /#[ \t]{0,3}noqa\b/i, of: 'own' },
  { ...marked, pattern: /pylint:[ \t]{0,3}disable(?:-next)?/, of: 'either', named: true },
  { ...marked, pattern: /\bnosemgrep\b/, answers: 'security', of: 'either' },
  { ...code, pattern: /#[ \t]{0,3}nosec\b/, names: 'numbered', answers: 'security', of: 'own' },
  { ...marked, pattern: /\bnolint\b/, of: 'either' },
  { ...marked, pattern: /\bNOLINT\b/, of: 'own' },
  { ...marked, pattern: /\bNOLINTNEXTLINE\b/, of: 'next' },
  { ...marked, pattern: /\bNOLINTBEGIN\b/, of: 'block', end: /\bNOLINTEND\b/ },
  { ...marked, pattern: /#[ \t]{0,3}type:[ \t]{0,3}ignore\b/, answers: 'types', of: 'own' },
  { ...code, pattern: /@ts-(?:expect-error|ignore)\b/, names: 'none', answers: 'types', of: 'next' },
  { ...code, pattern: /rubocop:(?:disable|todo)\b/, of: 'block', end: /rubocop:enable\b/, named: true },
  { ...marked, pattern: /shellcheck[ \t]{1,3}disable/, of: 'next', named: true, atHead: true },
  { ...marked, pattern: /hadolint[ \t]{1,3}ignore/, of: 'next', named: true },
  { ...code, pattern: /phpcs:ignore\b/, of: 'either' },
  { ...code, pattern: /\bNOSONAR\b/, names: 'none', of: 'own' },
  {
    ...code,
    pattern: /gitleaks:allow|pragma:[ \t]{0,3}allowlist[ \t]{1,3}secret|trufflehog:ignore/,
    names: 'none',
    answers: 'secrets',
    of: 'either',
  },
];
/** Whatever a mark looks like, it has one of these. */
const anyMark = /(?:dis|en)able|noqa|nosemgrep|nosec|nolint|type:|@ts-|rubocop|ignore|NOSONAR|gitleaks|pragma:/i;
const longestLine = 1000;
const mayMark = (line: string): boolean => anyMark.test(line.slice(0, longestLine));
/** Lines of comments between a mark and what it speaks of. */
const mostComments = 5;

interface Mark {
  readonly form: MarkForm;
  readonly from: number;
  readonly to: number;
  /** Empty for all rules. */
  readonly rules: readonly string[];
}

/** Other tools' names of what a rule here finds; by its name without the tool. */
const equals: readonly (readonly [rule: RegExp, other: RegExp])[] = [
  [/^(?:sql-formatted|S608)$/, /sql|^(?:S|B)608$|^G20[12]$/i],
  [/^(?:shell-command|S60[2-7])$/, /child-process|shell|command|os-system|^(?:S|B)60\d$|^G204$/i],
  [/^(?:eval|no-eval|no-implied-eval|no-new-func|S307|S102)$/, /eval|exec-used|new-func|^(?:S|B)(?:307|102)$/i],
  [/^(?:weak-hash|S324|S303)$/, /md5|sha1|weak|insecure-hash|^(?:S|B)(?:324|303)$|^G(?:401|50[15])$/i],
  [/^(?:disabled-verification|S501|S323)$/, /verif|tls|ssl|cert|^(?:S|B)(?:501|323)$|^G402$/i],
  [/^(?:unsafe-deserialization|S301|S506)$/, /pickle|yaml|marshal|unserializ|deserializ|^(?:S|B)(?:301|506)$/i],
  [
    /^(?:empty-catch|empty-error-branch|S110|E722|no-empty)$/,
    /empty|suppressed|errcheck|swallow|broad-except|bare-except|^(?:S|B)110$|^E722$|^BLE001$/i,
  ],
  [/^password/, /secret|credential|passw|^(?:S|B)10[567]$|^G101$/i],
  [/^(?:rescue-exception)$/, /RescueException|SuppressedException/],
  [/^(?:S113)$/, /timeout|^B113$/i],
  [/^(?:string-identity)$/, /StringEquality|StringComparison/i],
  [/^(?:F821)$/, /^(?:name-defined|undefined-variable|E0602)$/],
  [/^(?:F811)$/, /^(?:no-redef|function-redefined|E0102)$/],
  [/^(?:unquoted-removal|unquoted.*)$/, /^SC2(?:086|115|046)$/],
  [/^(?:remote-script)$/, /^DL4006$|^SC1090$/],
  [/^(?:add-remote)$/, /^DL30(?:20|26)$/],
  [/^(?:unsafe-.*)$/, /unsafe|transmute/i],
];

/** Whether a comment for another tool speaks of what this finding is about. What a model says is its own view of the same comment. */
export function isMarked(finding: Finding, lines: readonly string[]): boolean {
  if (finding.tool === 'model') return false;
  return marksIn(lines, finding.path).some(
    (mark) => mark.from <= finding.line && finding.line <= mark.to && speaksOf(mark, finding),
  );
}

function speaksOf({ form, rules }: Mark, finding: Finding): boolean {
  // All rules of a tool that looks for faults of code are no more than a mark without names.
  if (rules.length > 0 && !rules.some((rule) => /^(?:all|\*)$/i.test(rule)))
    return rules.some((rule) => isSame(rule, finding));
  if (form.answers === 'code') return !isSecret(finding);
  if (form.answers === 'secrets') return isSecret(finding);
  if (form.answers === 'types') return /^typescript\/|^ruff\/F8\d\d$/.test(nameOf(finding));
  return isSecret(finding) || isSecurity(finding);
}

const bare = (text: string): string =>
  text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1).toLowerCase();

/** By its whole name, by that without the tool's, or by what both find. */
function isSame(rule: string, finding: Finding): boolean {
  if (bare(rule) === bare(finding.rule)) return true;
  if (/^(?:gosec|bandit)$/i.test(rule)) return isSecurity(finding);
  // A prefix of Ruff's names stands for all that begin so.
  if (/^[A-Z]{1,4}\d{0,3}$/.test(rule) && finding.tool === 'ruff' && finding.rule.startsWith(rule)) return true;
  return equals.some(([own, other]) => own.test(finding.rule) && other.test(rule));
}

/** Of each file once, however many findings it has. */
const known = new WeakMap<readonly string[], readonly Mark[]>();

function marksIn(lines: readonly string[], path: string): readonly Mark[] {
  const found = known.get(lines) ?? (lines.some(mayMark) ? read(lines, path) : []);
  known.set(lines, found);
  return found;
}

/** From the last line on, so that where a block ends is known where it begins. */
function read(lines: readonly string[], path: string): Mark[] {
  const marks: Mark[] = [];
  const comments = commentsOf(lines, path);
  const isCode = lines.map(
    (line, index) => line.slice(0, comments[index] === -1 ? undefined : comments[index]).trim() !== '',
  );
  const firstCode = isCode.indexOf(true);
  const ends = new Map<MarkForm, number>();
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index]?.slice(0, longestLine) ?? '';
    if (!mayMark(line)) continue;
    for (const form of forms) {
      if (form.end && matchIn(line, comments[index], form.end)) ends.set(form, index + 1);
      const match = matchIn(line, comments[index], form.pattern);
      if (!match) continue;
      const rules = namesIn(form, line.slice(match.index + match[0].length));
      if (form.named && rules.length === 0) continue;
      const place = { isCode, index, isAtHead: index < firstCode, end: ends.get(form) ?? lines.length };
      marks.push({ form, rules, ...rangeOf(form, place, line.slice(0, match.index)) });
    }
  }
  return marks;
}

/** Within quotes a mark is a text, and in a comment of another language code. @param from where the comment begins, or -1 */
function matchIn(line: string, from: number | undefined, pattern: RegExp): RegExpExecArray | undefined {
  const match = from === undefined || from < 0 ? undefined : pattern.exec(line);
  return match && from !== undefined && from <= match.index ? match : undefined;
}

function namesIn({ names }: MarkForm, rest: string): string[] {
  const [, text = ''] = namesBehind[names].exec(rest) ?? [];
  const [own = ''] = text.split(/(?:^|\s)--|\s-\s|\s\/\/|\*\//);
  return own.split(/[,\s"]+/).filter((name) => /[\w*]/.test(name));
}

interface MarkPlace {
  /** Of each line, whether anything but a comment stands there. */
  readonly isCode: readonly boolean[];
  readonly index: number;
  /** Above all code. */
  readonly isAtHead: boolean;
  /** The line that ends what it begins. */
  readonly end: number;
}

function rangeOf(
  { of, atHead }: MarkForm,
  { isCode, index, isAtHead, end }: MarkPlace,
  before: string,
): Pick<Mark, 'from' | 'to'> {
  const own = index + 1;
  // Behind a statement it speaks of that alone.
  const isAlone = /^\s{0,200}(?:\/\/|\/\*|#|--|<!--|;|%|\{\s?\/\*)?[\s*]{0,10}$/.test(before);
  if (of === 'own' || (of !== 'next' && !isAlone)) return { from: own, to: own };
  if (atHead && isAtHead) return { from: own, to: isCode.length };
  if (of === 'block') return { from: own, to: end };
  // Several of them may stand above what they speak of.
  const next = isCode.slice(own, own + mostComments).indexOf(true);
  return { from: own, to: own + 1 + Math.max(0, next) };
}
