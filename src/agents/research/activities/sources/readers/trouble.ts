/** What an answer with status 200 says went wrong: APIs say it beside a list that is empty or not whole, each in a word of its own. */

const longest = 150;

/** A value as an error shows it, shortened. */
export function quoted(value: unknown, most = longest): string {
  try {
    return JSON.stringify(value)?.slice(0, most) ?? 'nothing';
  } catch {
    return 'something that is nested too deeply to be shown';
  }
}

/** In whatever form it says it. */
export function problemText(problem: unknown): string {
  return typeof problem === 'string' && problem.trim() !== '' ? problem : quoted(problem, 300);
}

const names = /^(?:errors?|error_?(?:code|message|msg|name|id)|err_?(?:code|msg)|fault|exceptions?)$/i;
const none = /^(?:0|200|no|none|null|false|ok|success|no errors?|undefined)?$/i;

/** Undefined where it says nothing of the kind, or is no object. */
export function troubleIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const parts = Object.entries(answer).slice(0, 1000);
  const said = parts.find(([name, value]) => names.test(name) && isSaid(value));
  if (said) return problemText(said[1]);
  return parts.some(([name, value]) => isFailing(name, value)) ? `it said ${quoted(answer)}` : undefined;
}

function isSaid(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return !none.test(wordsOf(value));
}

function isFailing(name: string, value: unknown): boolean {
  if (/^(?:ok|success(?:ful)?)$/i.test(name)) return value === false || value === 'false';
  if (!/^(?:status(?:_?code)?|state|result)$/i.test(name)) return false;
  const status = wordsOf(value);
  return /^(?:error|fail(?:ed|ure|ing)?|timed?.?out)$/i.test(status) || /^[45]\d\d$/.test(status);
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || value === true ? String(value).trim() : '';
}
