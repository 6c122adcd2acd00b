/** What a kind of question asks for beside its words: a number, a default, a year, several names, or what is done. */

export interface Expectation {
  readonly asked: RegExp;
  readonly shown: RegExp;
  /** By what a statement that shows it counts more. */
  readonly bonus: number;
}

const expectationsKnown: readonly Expectation[] = [
  {
    asked:
      /\b(?:how (?:big|deep|far|fast|high|large|long|many|much|often|old|wide)|maximum|minimum|largest|longest|smallest|shortest|limit|size|timeout|number|version|codes?|port|status|default)\b/i,
    shown: /\d/,
    bonus: 1.15,
  },
  { asked: /\b(?:default|by default)\b/i, shown: /\bdefaults?\b/i, bonus: 1.1 },
  { asked: /\bdefault\b/i, shown: /\bdefaults?\b.{0,40}(?:[`\d'"]|true|false|null|undefined)/i, bonus: 1.2 },
  {
    asked: /\bwhat (?:happens|do|does|will)\b/i,
    shown:
      /\b(?:will|throws?|thrown|errors?|ignored?|rejects?|rejected|returns?|fails?|emits?|emitted|causes?|skipped|overwritten|removed)\b/i,
    bonus: 1.2,
  },
  { asked: /\b(?:when|which (?:year|day|date|month))\b/i, shown: /\b(?:1[89]|20)\d\d\b/, bonus: 1.25 },
  {
    asked: /\b(?:which|what) (?:\S{1,30} ){0,3}?(?:\S{1,30}s)\b/i,
    shown: /(?:[`'"][^`'"]{1,60}[`'"],? (?:and |or )?){2}|\[[^\]]{1,100},[^\]]{1,100}\]/,
    bonus: 1.1,
  },
];

/** What a question asks for; all of it counts. */
export function expectations(question: string): Expectation[] {
  return expectationsKnown.filter(({ asked }) => asked.test(question.slice(0, 1000)));
}
