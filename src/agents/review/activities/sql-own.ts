/** Whether nobody from outside chooses what a name stands for, by the nearest line above a statement that mentions it. */

/** Lines above a statement in which what it is made of may be made. */
const nearAbove = 30;
const longestLine = 600;
const name = /^\$?\w{1,60}$/;
const words = /\$?\w+/g;
const set =
  /^\s{0,200}(?:(?:const|let|var|final|auto|String|string)\s{1,5}){0,2}\$?\w{1,60}(?::\s{0,5}\w{1,30})?\s{0,5}:?=(?!=)\s{0,5}(.{0,200})$/;
const setAsNumber =
  /^\s{0,200}(?:(?:const|let|var|final)\s{1,5})?(?:(?:int|long|Integer|Long)\s{1,5}\w{1,60}|\w{1,60}:\s{0,5}(?:int|number))\s{0,5}=(?!=)/;
const asCast = /^\((?:int|float)\)\s{0,5}\$?\w{1,60}(?:->\w{1,60}|\[[^\]\n]{0,60}\]){0,5}$/;
const asNumber = /^-?\d[\d.]{0,30}$/;
const numberCall =
  /^(?:int|intval|Number|parseInt|Integer\.parseInt|Long\.parseLong)\([^()]{0,160}(?:\([^()]{0,60}\)[^()]{0,60}){0,3}\)$/;
const asWritten = /^(?:"[^"#${}\\]{0,180}"|'[^'#${}\\]{0,180}')$/;
const head =
  /^\s{0,200}(?:(?:(?:export|default|async|public|private|protected|internal|static|final|abstract|override)\s{1,5}){0,6}(?:func|function|def)\b|(?!(?:if|for|while|switch|catch|return)\b)\w[\w<>[\],.? ]{0,100}\([^;"'`]{0,480}\{\s{0,20}$)/;
const loop = /^\s{0,200}(?:for|foreach|while|until|loop|do)\b|\bdo\s{1,5}\|/;
const condition = /^\s{0,200}(?:\}\s{0,5})?(?:if|else|elif|elsif|elseif|unless|when|case|default)\b/;
/** Of one type alone: what may be a text as well is none. */
const declared =
  /(?<![|\w])(?:int|long|Integer|Long|Int32|Int64)\s{1,5}(\$?\w{1,60})\b(?!\()|\b(\w{1,60}):\s{0,5}(?:int|number)\b(?!\s{0,5}[|[])|\b(\w{1,60})\s{1,5}u?int(?:32|64)?\b/g;

/**
 * Numbers as the function declares them, or numbers and texts of the source where nothing else may have set them.
 *
 * @param statement its first line
 * @param above the lines before it
 */
export function isOwn(expression: string, statement: string, above: readonly string[]): boolean {
  const mention = name.test(expression) ? nearestMention(expression, statement, above) : undefined;
  if (!mention || timesIn(mention.line, expression) > 1) return false;
  if (head.test(mention.line)) return declaresNumber(expression, mention.line);
  return mention.isAlwaysRun && isSetHere(mention.line, expression);
}

interface Mention {
  readonly line: string;
  /** Whether it runs each time that the statement does: no condition is around it. */
  readonly isAlwaysRun: boolean;
}

/** @returns undefined where it is in a block that has ended, or may be set by what is not above the statement in its function */
function nearestMention(expression: string, statement: string, above: readonly string[]): Mention | undefined {
  const lines = above.slice(-nearAbove).filter((line) => line.trim() !== '');
  let depth = statement.search(/\S/);
  let closed = 0;
  for (const [at, line] of lines.toReversed().entries()) {
    if (line.length > longestLine) return undefined;
    const indent = line.search(/\S/);
    if (timesIn(line, expression) > 0) {
      if (closed > 0) return undefined;
      const isConditional = condition.test(lines.at(-at - 2) ?? '');
      return { line, isAlwaysRun: indent <= depth && !isConditional };
    }
    // In a loop, what stands behind the statement may set it for the next time.
    if (head.test(line) || (loop.test(line) && indent < depth)) return undefined;
    depth = Math.min(depth, indent);
    closed = Math.max(0, closed + line.split('}').length - line.split('{').length);
  }
  return undefined;
}

function timesIn(line: string, expression: string): number {
  return [...line.matchAll(words)].filter(([word]) => word === expression).length;
}

function declaresNumber(expression: string, line: string): boolean {
  return [...line.matchAll(declared)].some((found) => found.slice(1).includes(expression));
}

function isSetHere(line: string, expression: string): boolean {
  const left = new Set<string>(line.slice(0, line.indexOf('=')).match(words));
  if (!left.has(expression)) return false;
  if (setAsNumber.test(line)) return true;
  const value = set.exec(line)?.[1]?.split(';', 1)[0]?.trimEnd() ?? '';
  return [asCast, asNumber, numberCall, asWritten].some((each) => each.test(value));
}
