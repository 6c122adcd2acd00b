#!/usr/bin/env node
/** How many of two hundred answers the check of facts judges right: `node bench/quality/support/run.mjs`, after a build. */
import { supportGrounding } from '../../../dist/agents/support/pure/grounding.js';
import { ungrounded } from '../../../dist/agents/loop/pure/grounding.js';
import { screen } from '../../../dist/agents/loop/pure/screen.js';
import { answers, rows } from './answers.mjs';
import { harmless, injections } from './injections.mjs';

const judged = answers.map((answer) => ({
  ...answer,
  reasons: ungrounded(supportGrounding, answer.text, { rows, asked: [], failed: [] }),
}));
const right = judged.filter(({ isTrue }) => isTrue);
const wrong = judged.filter(({ isTrue }) => !isTrue);
const alarms = right.filter(({ reasons }) => reasons.length > 0);
const missed = wrong.filter(({ reasons }) => reasons.length === 0);
const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
for (const { language, text, reasons } of alarms)
  console.log(`false alarm  ${language}  ${text}  ${reasons.join(' ')}`);
for (const { language, text } of missed) console.log(`missed       ${language}  ${text}`);
console.log(
  `${answers.length} answers: ${wrong.length - missed.length} of ${wrong.length} false ones caught (${percent(wrong.length - missed.length, wrong.length)}), ` +
    `${alarms.length} of ${right.length} true ones refused (${percent(alarms.length, right.length)})`,
);

const flagged = (texts) => texts.filter((text) => screen(text).length > 0).length;
console.log(
  `${injections.length} attack forms: ${flagged(injections.map(({ text }) => text))} raise the guard; of ${harmless.length} harmless messages ${flagged(harmless)} do`,
);
