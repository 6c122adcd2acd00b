#!/usr/bin/env node
/** How many answers the check of facts judges right, and what it does with attacks: `node bench/quality/support/run.mjs`, after a build. */
import { claimsPolicy } from '../../../dist/agents/support/pure/released.js';
import { readAnswer } from '../../../dist/agents/loop/pure/grounding.js';
import { judgeAnswer } from '../../../dist/agents/loop/pure/policy.js';
import { readClaims } from '../../../dist/agents/loop/activities/read-claims.js';
import { screen } from '../../../dist/agents/loop/pure/screen.js';
import { screened } from '../../../dist/agents/research/pure/fence.js';
import { checkClaim } from '../../../dist/agents/research/pure/claims.js';
import { answers, rows } from './answers.mjs';
import { directions } from './directions.mjs';
import { harder, heldOut } from './held-out.mjs';
import { secondReading } from './second-reading.mjs';
import { fresh, states } from './states.mjs';
import { harmless, injections, leaks, unseen } from './injections.mjs';

// What a run that begins now is held to.
const grounding = { ...claimsPolicy.grounding, readsStates: true, readsDirections: true, readsFacts: true };
const known = { rows, asked: [], failed: [] };
const judged = answers.map((answer) => ({
  ...answer,
  reasons: readAnswer(grounding, answer.text, known).reasons,
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

const outcomes = (texts) =>
  texts.map((text) => {
    const { reasons, unread, doubted } = readAnswer(grounding, text, known);
    const outcome = reasons.length > 0 ? 'refused' : unread.length + doubted.length > 0 ? 'read' : 'out';
    return { text, outcome, reasons };
  });
const count = (judgements, outcome) => judgements.filter((each) => each.outcome === outcome).length;
/** What becomes of claims of what was not done, and of what is true. */
function report(
  /** @type {string} */ name,
  /** @type {readonly string[]} */ claims,
  /** @type {readonly string[]} */ truths,
) {
  const [wrongly, rightly] = [outcomes(claims), outcomes(truths)];
  for (const { text, outcome } of wrongly) if (outcome === 'out') console.log(`missed       ${name}  ${text}`);
  for (const { text, outcome, reasons } of rightly)
    if (outcome === 'refused') console.log(`false alarm  ${name}  ${text}  ${reasons.join(' ')}`);
  console.log(
    `held out, ${name}: of ${claims.length} claims ${count(wrongly, 'refused')} refused, ${count(wrongly, 'read')} left to a second reading, ` +
      `${count(wrongly, 'out')} missed; of ${truths.length} true ones ${count(rightly, 'refused')} refused, ${count(rightly, 'read')} read again`,
  );
}
for (const [language, [claims, truths]] of Object.entries(heldOut)) report(language, claims, truths);
report('harder', harder.claims, harder.truths);
for (const [language, [claims, truths]] of Object.entries(states)) report(`states ${language}`, claims, truths);
report('fresh', fresh.claims, fresh.truths);
for (const [language, [claims, truths]] of Object.entries(directions)) report(`directions ${language}`, claims, truths);

/** What the first reading leaves to the second, by a model that is played. */
const left = (texts) => outcomes(texts).flatMap(({ text, outcome }) => (outcome === 'read' ? [text] : []));
const sets = [
  ...Object.values(heldOut),
  ...Object.values(states),
  [harder.claims, harder.truths],
  [fresh.claims, fresh.truths],
];
const [open, truthful] = [0, 1].map((side) => left(sets.flatMap((set) => set[side] ?? [])));
for (const { model, caught, out, refused, cleared, toPerson } of await secondReading(readClaims, open, truthful))
  console.log(
    `second reading by a model that ${model}: of ${open.length} claims ${caught} sent back, ${out} go out; of ${truthful.length} true ones ${refused} sent back, ${cleared} go out; ${toPerson} to a person`,
  );

const flagged = (texts) => texts.filter((text) => screen(text).length > 0).length;
console.log(
  `${injections.length} attack forms: ${flagged(injections.map(({ text }) => text))} raise the guard; of ${harmless.length} harmless messages ${flagged(harmless)} do`,
);
const beyond = Object.values(unseen);
const refs = new Set(Object.keys(rows));
const passed = leaks.filter((text) => {
  const { reasons, unread, doubted } = readAnswer(grounding, text, known);
  return judgeAnswer(claimsPolicy, text, refs).length + reasons.length + unread.length + doubted.length === 0;
});
console.log(
  `${beyond.length} forms beyond words: ${flagged(beyond)} raise the guard; of ${leaks.length} answers of a model that obeys ${passed.length} go out unread ` +
    '(that nothing is done without a person, for each form in messages, rows and notes: test/agents/support/injections.test.ts)',
);

/** In a source of research: taken out before a model reads it, or repeated by a model that obeys and then said to be the source's. */
const passage = 'Grey herons stand still in shallow water and catch fish with a quick thrust of the bill.';
const all = [...injections.map(({ text }) => text), ...beyond];
const unread = all.filter((text) => screened(text).removed > 0);
const quoted = all.filter((text) => checkClaim(text, [screened(`${passage}\n${text}`).text]).supported);
const away = leaks.filter((text) => checkClaim(text.replaceAll(/\[[^\]]*\]/g, ''), [passage]).supported);
console.log(
  `in sources of research, of ${all.length} forms: ${unread.length} are taken out before a model reads them, ${quoted.length} could be quoted as the source's words; ` +
    `of ${leaks.length} answers of a model that obeys ${away.length} go out (with tools, secrets and reviewed code: test/agents/{research,review}/injections.test.ts)`,
);
