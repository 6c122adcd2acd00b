/** What research says to questions of known answer over the documentation of installed packages, without a model. */
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import MiniSearch from 'minisearch';

const nothing = /^(?:Nothing was found|No source returned)/;
const ours = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * @param createActivities `createResearchActivities`
 * @param which 'held' for the questions that nobody saw while the answer was made better, 'tuned' for the others
 * @param file the set: a list of questions, or an object that has them as `questions`; a name stands beside this file
 * @param folder where the packages are installed
 */
export async function measure(createActivities, { which = 'all', file = 'questions.json', folder = ours } = {}) {
  const set = JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8'));
  const all = (set.questions ?? set).map(readQuestion);
  const root = await mkdtemp(join(tmpdir(), 'fanfold-questions-'));
  const packages =
    set.packages && !Array.isArray(set.packages)
      ? Object.keys(set.packages)
      : [...new Set(all.flatMap((each) => each.package ?? []))];
  for (const name of packages) await copyDocuments(join(folder, 'node_modules', name), join(root, name));
  const blocks = await blocksOf(root, packages);
  const index = new MiniSearch({ fields: ['text'] });
  index.addAll(blocks);
  const stage = { root, packages, blocks, index };
  stage.activities = createActivities({ home: join(root, 'home'), environment: {} });
  const rows = [];
  for (const each of all) {
    if (which === 'all' || each.held === (which === 'held')) rows.push(await measured(stage, each));
  }
  await rm(root, { recursive: true, maxRetries: 5 });
  return { rows, figures: figuresOf(rows) };
}

/**
 * `facts` are alternatives, each of whole words that must all be said; `fact` is of parts that may each be said in several ways, whole numbers or the like
 * within a word. Without either there is no answer.
 */
function readQuestion({
  none = false,
  kind = none ? 'none' : 'prose',
  fact = [],
  facts = [],
  held = false,
  ...question
}) {
  const parts = fact.map((part) => [part].flat().map(within));
  const known = [...facts.map((each) => each.map((part) => [word(part)])), ...(parts.length > 0 ? [parts] : [])];
  return { ...question, kind, held, facts: kind === 'none' ? [] : known };
}

function figuresOf(rows) {
  const answerable = rows.filter(({ kind }) => kind !== 'none');
  const others = rows.filter(({ kind }) => kind === 'none');
  const count = (key) => answerable.filter((row) => row[key]).length;
  const statements = answerable.flatMap((row) => row.statements || []).toSorted((a, b) => a - b);
  return {
    questions: answerable.length,
    found: count('found'),
    said: count('said'),
    near: count('near'),
    deep: count('deep'),
    bm25: count('bm25'),
    bm25of5: count('bm25of5'),
    statements: statements[Math.floor(statements.length / 2)] ?? 0,
    unanswerable: others.length,
    silent: others.filter(({ text }) => nothing.test(text)).length,
    silentDeep: others.filter(({ claims }) => claims === '').length,
  };
}

/** As a person asks: the folders of all packages at once, and the package is not named but by the question. */
async function measured({ root, packages, blocks, index, activities }, { question, passage, facts, kind, held }) {
  const found = [];
  for (const name of packages)
    found.push(...(await activities.searchSource({ source: name, folder: join(root, name), question })));
  const passages = found.filter(({ unread }) => unread === undefined);
  const counts = { failed: {}, successCount: packages.length, failureCount: 0 };
  const { text } = await activities.synthesizeAnswer({ question, passages, ...counts });
  const { evidence } = await activities.rankEvidence({ question, passages, limit: 8, embeddingModel: null });
  const drawn = await activities.drawClaims({ root: question, question, evidence, window: 40_000, model: null });
  const claims = drawn.draft.sections.flatMap((section) => section.claims.map((claim) => `- ${claim.text}`));
  const best = index
    .search(question)
    .slice(0, 5)
    .map(({ id }) => blocks[id].text);
  return {
    question,
    kind,
    held,
    text,
    claims: claims.join('\n'),
    statements: nothing.test(text) ? 0 : statementsOf(text).length,
    found: passage !== undefined && passages.some((each) => plain(each.text).includes(plain(passage))),
    // What an answer that found nothing gives as nearest is not said to be the answer.
    said: !nothing.test(text) && says(text, facts),
    near: nothing.test(text) && says(text, facts),
    deep: says(claims.join('\n'), facts),
    bm25: best.slice(0, 1).some((block) => inOne(block, facts)),
    bm25of5: best.some((block) => inOne(block, facts)),
  };
}

/** A fact counts where all its parts stand in one statement of the answer, not somewhere on the page. */
function says(answer, facts) {
  return statementsOf(answer).some((statement) => inOne(statement, facts));
}

function statementsOf(answer) {
  return answer.split(/^(?=- )/m);
}

function inOne(text, facts) {
  const said = plain(text);
  return facts.some((parts) => parts.every((ways) => ways.some((way) => way.test(said))));
}

function word(part) {
  return new RegExp(`(?<!\\w)${escaped(part)}(?!\\w)`);
}

function within(part) {
  return new RegExp(`${/^\d/.test(part) ? '(?<!\\d)' : ''}${escaped(part)}${/\d$/.test(part) ? '(?!\\d)' : ''}`);
}

function escaped(part) {
  return plain(part).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function plain(text) {
  return text
    .toLowerCase()
    .replaceAll(/[`’“”]|\*\*/g, (mark) => (mark === '’' ? "'" : ''))
    .replaceAll(/<br\s?\/?>|\s+/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

async function copyDocuments(from, to) {
  const paths = await readdir(from, { recursive: true });
  const documents = paths.filter((path) => /\.md$/i.test(path) && !/node_modules|changelog/i.test(path));
  for (const path of documents) await cp(join(from, path), join(to, path));
}

/** What a plain search would have: pieces of about 1,200 characters, split at blank lines. */
async function blocksOf(root, packages) {
  const texts = [];
  for (const name of packages) {
    for (const path of await readdir(join(root, name), { recursive: true })) {
      if (!/\.md$/i.test(basename(path))) continue;
      let open = '';
      for (const piece of (await readFile(join(root, name, path), 'utf8')).split(/\n\s*\n/)) {
        open += `${piece}\n\n`;
        if (open.length < 1200) continue;
        texts.push(open);
        open = '';
      }
      texts.push(open);
    }
  }
  return texts.map((text, id) => ({ id, text }));
}
