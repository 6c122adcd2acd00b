/**
 * How sure a finding is: by how often its rule was right or worth a look over public code, as bench/quality/review has it.
 * A rule that was seen seldom, or never, is taken to be like the others of its kind.
 */
import { isUnparsed, nameOf, type ReviewClaim } from './findings.ts';
import { expectedOfKind, ofTools, type Figure } from './kinds-of-rules.ts';
import { measured } from './measured.ts';
import { putsBetweenQuotes } from './sql-quotes.ts';

/** For how many cases the figure of the kind stands. */
const weightOfKind = 2;
/** Fewer rules than these say nothing of the others of their analyser. */
const fewestRules = 10;
/** Of an analyser that was never measured; what it calls an error is told all the same. */
const unmeasured = 0.4;

/**
 * @param lines of the whole file, as the evidence may stand beside
 * @param isChange what was published has been run, which a change has not: of it a rule that was never measured keeps its author's word
 * @returns from 0 to 1
 */
export function confidenceOf(claim: ReviewClaim, lines: readonly string[], isChange = false): number {
  const { tool, severity, confidence } = claim;
  if (isItsOwnProof(claim) || hasEvidence(claim, lines)) return confidence;
  const ofTool = ofTools.get(tool);
  if (!ofTool) return severity === 'error' || isChange ? confidence : unmeasured;
  const seen = measured[classOf(claim, lines)];
  if (seen) return (seen[0] + weightOfKind * expectedOf(claim, ofTool)) / (seen[1] + weightOfKind);
  return isChange ? confidence : expectedOf(claim, ofTool);
}

/** How sure a model is it says itself, what cannot be parsed is nobody's habit, a compiler that has all types is right, and what is shown by its use is no matter of style. */
function isItsOwnProof(claim: ReviewClaim): boolean {
  const { tool, confidence } = claim;
  if (tool === 'model' || isUnparsed(claim)) return true;
  return tool === 'ruff' ? confidence === shownByUse : tool === 'typescript' && confidence === allTypesKnown;
}

/** How sure the compiler is; and of a project that lacks modules, whose rules have their figures. */
export const allTypesKnown = 0.95;
export const someTypesKnown = 0.8;

/** How sure a suspicion of Ruff is where the code beside it does what makes it a fault. */
export const shownByUse = 0.95;

/** Our own rules are few, and each was written to be right; those of a linter are as many as somebody thought of. */
function expectedOf(claim: ReviewClaim, { rules, share }: Figure): number {
  const { tool, confidence } = claim;
  if (rules < fewestRules) return confidence;
  return tool === 'syntax' ? (confidence + share) / 2 : expectedOfKind(nameOf(claim));
}

/** What is measured as one: a rule, parted where some of its findings have evidence that others lack. */
export function classOf(claim: ReviewClaim, lines: readonly string[]): string {
  const { tool, rule, path, severity } = claim;
  const name = nameOf(claim);
  if (ofSql.test(rule)) return hasEvidence(claim, lines) ? `${name} of a text` : name;
  if (name === 'syntax/eval') return /\.(?:sh|bash)$/.test(path) ? `${name} in a shell` : name;
  if (name === 'text/private-key' && isProse(path)) return `${name} in a document`;
  return tool === 'secrets' && severity === 'warning' && showsOnly(path) ? 'secrets/any in a document' : name;
}

const mostLines = 60;
const mostCharacters = 8000;

function statementOf({ line, endLine = line }: ReviewClaim, lines: readonly string[]): string {
  return lines
    .slice(line - 1, Math.min(endLine, line - 1 + mostLines))
    .join('\n')
    .slice(0, mostCharacters);
}

const ofSql = /^(?:sql-formatted|S608)$/;
/** The same where no literal is seen, as in a text that begins above: what is compared is put between quotes. */
const asText =
  /(?:[=<>]|\b(?:like|in|values|between)\b)[\s(]{0,10}(?:'|\\")%?(?:\\?["'`]\s{0,5}[.+]\s{0,5}(?!["'`])|#\{|\$\{|\{\$?\w|\$\w|%[sv(](?![a-z]))/i;

/** Rules about what text becomes: a statement, a command, code, objects. */
const becomes =
  /^(?:sql-formatted|S608|shell-command|S60[2-7]|eval|no-eval|no-implied-eval|no-new-func|S307|S102|S301|unsafe-deserialization)$/;
/** What somebody outside has sent. */
const sent = [
  /\$_(?:GET|POST|REQUEST|COOKIE|FILES)\b|\$_SERVER\s?\[\s?["'](?:HTTP_|QUERY_STRING|REQUEST_URI|PATH_INFO)|\$request->\w{1,40}\(|php:\/\/input/,
  /\b(?:params|cookies)\s?\[|\bparams\.(?:require|permit|fetch|dig)\b/,
  /\b[rR]eq(?:uest)?\.(?:query|body|params?|args|form|url|header|headers|cookies|files|values|json|data|get_json|GET|POST|FILES|META|COOKIES|Query|QueryString|Form|Headers|Cookies|Body|Params)\b/,
  /\b(?:ctx|context)\.(?:query|params|request\.\w)|\bevent\.(?:queryStringParameters|pathParameters|body|headers)\b|\bsearchParams\.get\(/,
  /\bget(?:Parameter(?:Values)?|Header|QueryString|Cookies)\(|\.(?:FormValue|PostFormValue|PostForm|QueryParam|PathValue)\(|\.URL\.Query\(\)|\.Header\.Get\(|\bmux\.Vars\(|\bc\.(?:Query|Param)\(/,
];
const mostAbove = 15;
const longestLine = 500;
const assigned =
  /^\s{0,200}(?:(?:const|let|var|final|auto|string|String)\s{1,5})?(\$?\w{1,60})(?::\s{0,5}\w{1,40})?\s{0,5}:?=(?!=)/;

/** Whether a text is put between quotes of SQL, or the lines show that what somebody outside has sent is part of it, or was given the name that is. */
function hasEvidence(claim: ReviewClaim, lines: readonly string[]): boolean {
  if (!becomes.test(claim.rule)) return false;
  const statement = statementOf(claim, lines);
  if (isSent(statement) || (ofSql.test(claim.rule) && (asText.test(statement) || putsBetweenQuotes(statement))))
    return true;
  const names = new Set(statement.match(/\$?\w+/g));
  return lines.slice(Math.max(0, claim.line - 1 - mostAbove), claim.line - 1).some((above) => {
    const line = above.slice(0, longestLine);
    return names.has(assigned.exec(line)?.[1] ?? '') && isSent(line);
  });
}

function isSent(text: string): boolean {
  return sent.some((each) => each.test(text));
}

/** The pages of a project and what is beside them, where examples stand for what would be secret elsewhere. */
function showsOnly(path: string): boolean {
  return isDocument(path) || /^docs?\//.test(path);
}

/** A key in a file of its own is one, wherever that is. */
function isProse(path: string): boolean {
  return /\.(?:md|mdx|rst|adoc)$/i.test(path);
}

/** What people read, where an example stands for what would be secret. */
export function isDocument(path: string): boolean {
  return /\.(?:md|mdx|rst|adoc|txt|html?)$|(?:^|[/.-])(?:swagger|openapi)[\w./-]{0,120}\.(?:ya?ml|json)$/i.test(path);
}
