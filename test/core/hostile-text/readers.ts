/**
 * Everything that reads a text from outside, and how it is called with one. Whoever writes a further one enters it here,
 * or says why nobody outside can choose its text; `hostile-text.test.ts` finds it where it is missing.
 */
import { ofAnswers } from './of-answers.ts';
import { noReadersOfReview, ofReview } from './of-review.ts';
import { ofClaims } from './of-claims.ts';
import { ofSources } from './of-sources.ts';
import { DateNotations } from '../../../src/agents/reconcile/activities/csv/date-orders.ts';
import { csvColumns } from '../../../src/agents/reconcile/pure/csv-format.ts';

type Call = (text: string, read: (...args: never[]) => unknown) => unknown;
type Loose = (...args: unknown[]) => unknown;

export interface Reader {
  readonly call: Call;
  /** Characters of the longest text that it is given. */
  readonly longest: number;
  /** Milliseconds that it may take for that, on an idle machine; more than 50 only where it has a thread of its own. */
  readonly within: number;
}

/** As its own first argument, with some others behind it. */
const text = (longest = 20_000, ...more: unknown[]): Reader => ({
  call: (given, read) => (read as Loose)(given, ...more),
  longest,
  within: 50,
});
/** On a thread of its own: 200 characters a millisecond are what its time limit allows for. */
const apart = (call: Call, longest = 20_000): Reader => ({ call, longest, within: longest / 200 });
const lines = (...before: unknown[]): Reader => ({
  call: (given, read) => (read as Loose)(...before, given.split('\n')),
  longest: 20_000,
  within: 50,
});
const as = (call: (given: string, read: Loose) => unknown, longest = 20_000): Reader => ({
  call: (given, read) => call(given, read as Loose),
  longest,
  within: 50,
});
const body = apart((given, read) =>
  (read as Loose)({ source: 's', body: given, limit: 10, items: 'items', fields: { title: 'a', url: 'b' } }),
);
const rowRules = { format: {}, role: 'statement', marks: { take: String }, dates: new DateNotations(undefined) };
const rowColumns = { ...Object.fromEntries(csvColumns.map((column) => [column, []])), date: [0], amount: [1] };
const financial = apart((given, read) => (read as Loose)(given, 'file', 'statement', {}));
/** As the cells of a row, or as bytes, with some others behind. */
const cells = (...more: unknown[]): Reader => apart((given, read) => (read as Loose)(given.split(','), ...more));
const inBytes = (...more: unknown[]): Reader => apart((given, read) => (read as Loose)(bytes(given), ...more));
const splitterOf = (...more: unknown[]): Reader => apart((given, read) => (read as Loose)(given, ...more));
const splitter = splitterOf();
const cell = text(2000);
const passageOf = (said: string) => ({ source: 's', title: said.slice(0, 500), url: '', snippet: '', text: said });
const weighing = as((given, read) => read(`What is the ${given.slice(0, 500)}?`, [passageOf(given)]));

const bytes = (given: string): Uint8Array => Buffer.from(given);
const kinds = ['card', 'email', 'iban', 'phone'];
const grounding = {
  statusFields: ['status'],
  statuses: { delivered: ['delivered', 'zugestellt'], open: ['open'] },
  actions: { refund: ['refunded', 'erstattet'] },
  links: ['https://example.com/'],
};
const knownStates = { isNamed: () => false, isName: () => false, isActed: () => true, saysState: () => true };
const known = { rows: { 'order 1': { ref: 'order 1', status: 'open', total: '1.00' } }, asked: [], failed: [] };
const policy = {
  tools: {},
  redact: kinds,
  grounding,
  claims: [{ says: String.raw`\b(?:has been|was) refunded\b`, needs: 'refund' }],
};
const passages = ['Temporal retries a failed activity by its policy, which has a backoff.', 'Nothing of it.'];

export const readers: Readonly<Record<string, Reader>> = {
  'core/text/nearest.ts#nearest': text(20_000, ['syntax/eval', 'secrets/password']),
  'core/text/controls.ts#withoutControls': text(),
  'core/text/controls.ts#escapedJson': text(),
  'core/text/controls.ts#cleanJson': text(100_000),
  'core/text/controls.ts#logText': text(100_000),
  'core/text/controls.ts#oneLine': text(),
  'core/text/cells.ts#spreadsheetText': text(100_000),
  'core/text/ends.ts#withoutEnd': text(20_000, '0/.#'),
  'core/text/ends.ts#splitAtBlanks': text(20_000, 100),
  'core/text/markup.ts#isWebAddress': text(),
  'core/text/markup.ts#markdownText': text(),
  'core/text/markup.ts#markdownCode': text(),
  'core/text/markup.ts#markdownAddress': text(),
  'core/text/markup.ts#safeMarkdown': text(100_000),
  'core/text/markup.ts#codeApart': text(100_000),
  'core/text/markup.ts#markdownLines': text(100_000),
  'core/text/markup.ts#htmlText': text(100_000),
  'core/text/tags.ts#withoutTags': text(100_000, { inPlaceOf: () => '', keepLines: true }),
  'core/text/terminal.ts#terminalText': text(100_000, true),
  'core/json.ts#parseExactly': text(100_000),
  'core/json.ts#parseKeeping': text(100_000),
  'core/json.ts#roundedIn': text(100_000),
  'core/json.ts#repeatedIn': text(100_000, {}),
  'core/json.ts#roundedNumbers': as((given, read) => [...(read(given) as Iterable<unknown>)], 100_000),
  'core/map/item.ts#itemOf': text(20_000, 1),
  'core/map/item.ts#parsedLine': text(100_000, 1),
  'core/bounded.ts#truncate': text(20_000, 100),
  'core/bounded.ts#plainJson': text(20_000, 1000),
  'http/nesting.ts#beyondShape': text(100_000),
  'limits/learned/refusal.ts#refusalOf': as(
    (given, read) => [
      read({ status: 429, header: () => given, said: given }, 0),
      read({ status: 500, header: () => given }, 0),
    ],
    8000,
  ),
  'limits/learned/retry-after.ts#retryAfterMs': as((given, read) => read(() => given, 0), 8000),
  'store/pages/csv.ts#parseRows': text(20_000, ','),
  'store/pages/csv.ts#csvHead': text(20_000, true),
  'store/pages/csv.ts#columnNames': as((given, read) => read(given.split(',').slice(0, 1000))),
  'store/pages/keys.ts#pageInKey': text(),
  'store/pages/keys.ts#hashInName': text(),
  'store/pages/sealed.ts#sealed': text(100_000),
  'store/pages/sealed.ts#unsealed': as((given, read) => read(bytes(given)), 100_000),
  'store/pages/sealed.ts#shortHash': text(100_000),
  'store/pages/encoding.ts#decodeText': as((given, read) => read(bytes(given))),

  ...ofReview(text, as),
  ...ofAnswers(text, as, known, grounding),
  'agents/loop/pure/citations.ts#citedRefs': text(),
  'agents/loop/pure/citations.ts#withoutCitations': text(),
  'agents/loop/pure/conversation.ts#estimateTokens': text(),
  'agents/loop/pure/claims/index.ts#readClaim': as((given, read) =>
    read(given, { citesRows: () => true, aboutRows: () => true, states: knownStates, readsDirections: true }),
  ),
  'agents/loop/pure/done.ts#writeDone': as((given, read) => read(given, { actions: [] })),
  'agents/loop/pure/done.ts#saidOf': as((given, read) => read('refund', given, { ref: 'refund 1', note: given })),
  'agents/loop/pure/sentences.ts#sentencesOf': text(),
  'agents/loop/pure/stems.ts#beginsWithAny': as((given, read) => read(given, ['refund', 'vor'])),
  'agents/loop/pure/states.ts#says': as((given, read) => read(given, ['refund', '返金', 'on its way'])),
  'agents/loop/pure/grounding.ts#readAnswer': as((given, read) =>
    read({ ...grounding, readsClaims: true, readsStates: true, readsDirections: true, readsFacts: true }, given, known),
  ),
  'agents/loop/pure/numbers.ts#isMonthName': text(),
  'agents/loop/pure/numbers.ts#plainText': text(),
  'agents/loop/pure/numbers.ts#numbersOf': text(200),
  'agents/loop/pure/numbers.ts#factsIn': text(),
  'agents/loop/pure/redact.ts#redact': text(20_000, kinds),
  'agents/loop/pure/redact-widely.ts#redactWidely': text(20_000, kinds),
  'agents/loop/pure/card-numbers.ts#cardNumbers': text(20_000),
  'agents/loop/pure/ibans.ts#ibans': text(20_000),
  'agents/loop/pure/phone-numbers.ts#phoneNumbers': text(20_000),
  'agents/loop/pure/screen.ts#screen': text(),
  'agents/loop/pure/screen.ts#fence': text(20_000, []),
  'agents/loop/pure/policy.ts#judgeAnswer': as((given, read) => read(policy, given, new Set(['order 1']))),
  'agents/model/chat-reader.ts#fieldsOf': text(),
  'agents/model/failure.ts#modelFailure': as((given, read) => read(new Error(given))),
  'agents/model/failure.ts#isTooLong': text(),
  'agents/model/failure.ts#isRefusal': as((given, read) => read(new Error(given))),
  'agents/model/failure.ts#errorInside': as((given, read) => read({ message: given })),
  'agents/model/failure.ts#declined': text(),
  'agents/model/failure.ts#malformedAnswer': text(),
  'agents/model/json.ts#jsonIn': text(),
  'agents/model/json.ts#parseKept': text(100_000),
  'agents/model/json.ts#writeKept': text(100_000),
  'agents/model/thoughts.ts#separate': text(),
  'agents/model/written-calls.ts#writtenCalls': text(20_000, new Set(['search'])),

  'agents/reconcile/activities/sniff.ts#readAny': financial,
  'agents/reconcile/activities/sniff.ts#formOf': text(),
  'agents/reconcile/activities/csv/index.ts#readCsv': financial,
  'agents/reconcile/activities/csv/index.ts#readRowsOf': financial,
  'agents/reconcile/activities/csv/slice.ts#parseSlice': apart((given, read) =>
    (read as Loose)({ bytes: bytes(given), keep: 100, isLast: false, name: 'file', role: 'statement', csv: {} }),
  ),
  'agents/reconcile/activities/csv/plain-rows.ts#isBlank': as((given, read) => read(given.split(',')), 100_000),
  'agents/reconcile/activities/csv/plain-rows.ts#isPlain': text(100_000, 200_000),
  'agents/reconcile/activities/csv/plain-rows.ts#eachPlainRow': text(100_000, ',', () => true),
  'agents/reconcile/activities/csv/rows-end.ts#rowsEnd': inBytes(100),
  'agents/reconcile/activities/camt.ts#readCamt': financial,
  'agents/reconcile/activities/mt940.ts#readMt940': financial,
  'agents/reconcile/activities/ofx.ts#readOfx': financial,
  'agents/reconcile/activities/ofx-elements.ts#parseOfx': financial,
  'agents/reconcile/activities/csv/rules.ts#rulesOf': financial,
  'agents/reconcile/activities/csv/delimiter.ts#headOf': apart((given, read) => (read as Loose)(given, ',')),
  'agents/reconcile/activities/csv/delimiter.ts#delimiterOf': apart((given, read) =>
    (read as Loose)(given, () => false),
  ),
  'agents/reconcile/activities/csv/columns.ts#findColumns': cells({ columns: {}, needed: [], byUsualNames: true }),
  'agents/reconcile/activities/csv/columns.ts#assertWithin': cells({ columns: { text: '#999' } }),
  'agents/reconcile/activities/csv/columns.ts#positionOf': text(2000, ['a']),
  'agents/reconcile/activities/csv/columns.ts#currencyOfColumns': cells({ amount: [0], debit: [], credit: [] }),
  'agents/reconcile/activities/csv/column-names.ts#currencyInName': text(),
  'agents/reconcile/activities/csv/column-words.ts#positionByWord': as((given, read) => read('date', [given])),
  'agents/reconcile/activities/csv/column-names.ts#nameOfColumn': cell,
  'agents/reconcile/activities/csv/amount.ts#directionOf': cell,
  'agents/reconcile/activities/csv/line-of-row.ts#lineFrom': cells('file:1', rowColumns, rowRules, 'EUR'),
  'agents/reconcile/activities/csv/line-of-row.ts#isNoTransaction': cells(rowColumns),
  'agents/reconcile/activities/csv/line-of-row.ts#headerless': cells(),
  'agents/reconcile/activities/csv/status-words.ts#statusColumn': cells(),
  'agents/reconcile/activities/csv/status-words.ts#statusIn': cell,
  'agents/reconcile/activities/csv/encoding-of-names.ts#encodingOfNames': inBytes('windows-1252'),
  'agents/reconcile/activities/csv/encoding-of-names.ts#likeliest': apart((given, read) =>
    (read as Loose)(['windows-1250', 'cp852'], bytes(given)),
  ),
  'agents/reconcile/activities/encoding-of-country.ts#encodingOfCountry': inBytes(),
  'agents/reconcile/activities/csv/line-of-row.ts#assertNotWider': cells(2),
  'agents/reconcile/activities/dates.ts#parseCalendarDay': cell,
  'agents/reconcile/activities/decode.ts#decode': inBytes('file'),
  'agents/reconcile/activities/mt940.ts#isMt940': text(4000),
  'agents/reconcile/activities/mt940-details.ts#detailsOf': lines(),
  'agents/reconcile/activities/values.ts#minorDigits': cell,
  'agents/reconcile/activities/values.ts#isCurrency': cell,
  'agents/reconcile/activities/values.ts#currencySigned': cell,
  'agents/reconcile/activities/values.ts#parseAmount': text(20_000, 'EUR', 'comma'),
  'agents/reconcile/activities/values.ts#plain': cell,
  'agents/reconcile/activities/values.ts#parseDate': text(20_000, 'dmy'),
  'agents/reconcile/activities/values.ts#printable': text(),
  'agents/reconcile/activities/values.ts#accountKey': text(),
  'agents/reconcile/activities/values.ts#cleanText': text(),
  'agents/reconcile/pure/board.ts#compareTexts': as((given, read) => read(given, `${given}a`)),
  'agents/reconcile/pure/sums-of-amounts.ts#sumOf': as((given, read) => read(given.split(','))),
  'agents/reconcile/pure/sums-of-amounts.ts#minus': text(200, '1.00'),
  'agents/reconcile/pure/sums-of-amounts.ts#decimalsOf': text(200),
  'agents/reconcile/pure/sums-of-amounts.ts#unitsOf': text(200, 2),
  'agents/reconcile/pure/sums-of-amounts.ts#shortest': text(200),
  'agents/reconcile/pure/sums-of-amounts.ts#withDecimals': text(200, 20),
  'agents/reconcile/pure/names.ts#referenceKey': text(300),
  'agents/reconcile/pure/names.ts#referencesIn': text(300),
  'agents/reconcile/pure/names.ts#nameKey': text(300),
  'agents/reconcile/pure/names.ts#whoKey': text(300),
  'agents/reconcile/pure/places.ts#placesWithin': as((given, read) => {
    const at = read([given.slice(0, 200), 'a/b.csv']) as (place: string) => string;
    return at(given);
  }),
  'agents/reconcile/pure/places.ts#truncatePlace': as((given, read) => read(given, 40)),
  'agents/reconcile/pure/names.ts#likeness': as((given, read) => read(given, `${given}a`), 300),

  'agents/research/activities/documents/asciidoc.ts#splitAsciidoc': splitter,
  'agents/research/activities/documents/blocks.ts#blocksOf': text(12_000),
  'agents/research/activities/documents/code-kept.ts#keepingCode': as((given, read) =>
    read(given, (prose: string) => prose),
  ),
  'agents/research/activities/documents/code-kept.ts#plainHeading': as(
    (given, read) => read(given, (prose: string) => prose),
    2000,
  ),
  'agents/research/activities/documents/declarations.ts#splitDeclarations': splitter,
  'agents/research/activities/documents/html.ts#refuseDeep': text(),
  'agents/research/activities/documents/html.ts#splitHtml': splitter,
  'agents/research/activities/documents/markdown.ts#splitMarkdown': splitter,
  'agents/research/activities/documents/prose.ts#proseSentences': text(),
  'agents/research/activities/documents/prose.ts#piecesOf': text(),
  'agents/research/activities/documents/restructured.ts#splitRestructured': splitter,
  'agents/research/activities/documents/section.ts#numberedLines': splitter,
  'agents/research/activities/scripts.ts#withScripts': text(),
  'agents/research/activities/documents/section.ts#splitText': splitterOf('a', '#1'),
  'agents/research/activities/documents/code-pieces.ts#codePieces': text(12_000),
  'agents/research/pure/code-fences.ts#withWholeFences': lines(),
  'agents/research/pure/code-fences.ts#nextFence': as((given, read) => read('```', given, '')),
  'agents/research/pure/code-fences.ts#openedFence': text(20_000, ''),
  'agents/research/pure/code-fences.ts#isClosed': as((given, read) => read('```', given)),
  'agents/research/activities/documents/full-text-query.ts#ftsQuery': text(8000),
  'agents/research/activities/documents/full-text-query.ts#ftsQueryOfSynonyms': text(8000),
  'agents/research/activities/pages/read.ts#isReadKind': text(2000),
  // A library of others looks for the article of a page, several times where there is none.
  'agents/research/activities/pages/read.ts#readPage': {
    call: (given, read) => {
      const page = { bytes: bytes(`<p>heron ${given}`), contentType: 'text/html', path: '/' };
      return (read as Loose)({ ...page, question: 'heron', longest: 4000 });
    },
    longest: 8000,
    within: 500,
  },
  // Sections and windows are shorter.
  'agents/research/activities/ranked-by-words.ts#rankedByWords': as(
    (given, read) => [read(given, [{ title: '', text: passages[0] }]), read('heron', [{ title: '', text: given }])],
    4000,
  ),
  'agents/research/activities/extract.ts#extract': weighing,
  'agents/research/activities/extract.ts#nearestTo': weighing,
  'agents/research/activities/documents/relevance.ts#weighedPieces': weighing,
  'agents/research/activities/documents/relevance.ts#worthOf': weighing,
  'agents/research/activities/sources/connector.ts#searchWords': text(8000, 10),
  ...ofSources(text, as, (call) => apart((given, read) => call(given, read as Loose)), body),
  'agents/research/pure/across.ts#checkedSentence': as((given, read) =>
    read('each sentence', [{ text: given, crossing: 'unchecked' }]),
  ),
  'agents/research/pure/authors.ts#personName': text(500, 'Ada'),
  'agents/research/pure/authors.ts#authorList': as((given, read) => read(given.split(','))),
  'agents/research/pure/authors.ts#shownAuthors': as((given, read) => read(given.split(','))),
  'agents/research/pure/authors.ts#asPerson': as((given, read) => read(given, [given]), 500),
  ...ofClaims(text, as),
  'agents/research/pure/disagreements.ts#disagreements': as((given, read) =>
    read([given, `${given} not`].map((each, index) => ({ text: each, citations: [index] }))),
  ),
  'agents/research/pure/disagreements.ts#contradict': as((given, read) => read(given, `${given} not`)),
  'agents/research/pure/plan.ts#checkPlanned': as((given, read) => read([given]), 300),
  'agents/research/pure/synonyms.ts#wantedOf': text(8000),
  'agents/research/pure/verbatim.ts#isVerbatim': as((given, read) => read('a b', given)),
  'agents/research/pure/stems.ts#saysMuch': text(300),
  'agents/research/pure/claims.ts#checkClaim': as((given, read) => [read(given, passages), read(passages[0], [given])]),
  'agents/research/pure/claims.ts#missingAddresses': as((given, read) => [
    read(given, passages.join('\n')),
    read(`![${given}`, passages.join('\n')),
    read(passages[0], given),
  ]),
  'agents/research/pure/claims.ts#unknownFacts': as((given, read) => [
    read(given, passages),
    read(passages[0], [given]),
  ]),
  'agents/research/pure/duplicates.ts#normalizeDoi': text(2000),
  'agents/research/pure/duplicates.ts#normalizeTitle': text(2000),
  'agents/research/pure/fence.ts#screened': text(),
  'agents/research/pure/fence.ts#fenced': as((given, read) => read('1', given, given)),
  'agents/research/pure/expectations.ts#expectations': text(),
  'agents/research/pure/questions.ts#planByRules': text(8000, 5),
  'agents/research/pure/questions.ts#partsAsked': text(8000),
  'agents/research/pure/questions.ts#followUpsByRules': as(
    (given, read) => read(given, { question: given, found: [given] }),
    2000,
  ),
  'agents/research/pure/supported.ts#supportedText': text(20_000, () => passages[0], passages),
  'agents/research/pure/stems.ts#isUnspaced': text(),
  'agents/research/pure/stems.ts#wordsOf': text(),
  'agents/research/pure/stems.ts#nameParts': text(),
  'agents/research/pure/stems.ts#stemsAndParts': text(),
  'agents/research/pure/stems.ts#termsOf': text(),
  'agents/research/pure/stems.ts#stemsOf': text(),
  'agents/research/pure/stems.ts#stem': text(2000),

  'agents/review/activities/dockerfile.ts#dockerRules': lines('Dockerfile'),
  'agents/review/activities/github-workflow.ts#workflowRules': lines('.github/workflows/a.yml'),
  'agents/review/activities/files.ts#sourceText': text(50_000),
  'agents/review/activities/split-file.ts#partsOf': lines(),
  'agents/review/activities/programs/tsconfig.ts#withoutComments': text(100_000),
  'agents/review/activities/text.ts#textRules': lines('a.py', 'python'),
  'agents/review/activities/sql-names.ts#putsOnlyNames': as((given, read) => read('a.rb', given.split('\n'))),
  'agents/review/activities/sql-own.ts#isOwn': lines('name', ''),
  'agents/review/activities/sql-text.ts#sqlPieces': as((given, read) => read('a.ts', given, true)),
  'agents/review/activities/syntax.ts#syntax': as((given, read) => read('a.js', given, given)),
  'agents/review/pure/comments.ts#commentsOf': as((given, read) => read(given.split('\n'), 'a.ts')),
  'agents/review/pure/encoded-secrets.ts#withoutEncoded': as((given, read) => read(given, () => false), 4000),
  'agents/review/pure/encoded-secrets.ts#endOfEncoded': as((given, read) => read(given.split('\n'), 0, () => false)),
  'agents/review/pure/findings.ts#printable': text(),
  'agents/review/pure/findings.ts#tie': as((given, read) =>
    read({ path: 'a', line: 1, message: given }, given.split('\n'), given.slice(0, 500)),
  ),
  'agents/review/pure/marks.ts#isMarked': lines({ path: 'a', line: 2, tool: 'syntax', rule: 'eval' }),
  'agents/review/pure/patch.ts#fileChanges': text(),
  'agents/review/pure/patch.ts#hunksOf': text(),
  'agents/review/pure/sql-quotes.ts#putsBetweenQuotes': text(8000),
  'agents/review/pure/places.ts#isTestPath': text(4000),
  'agents/review/pure/places.ts#leftOutByName': text(4000),
  'agents/review/pure/places.ts#isGenerated': lines('a.js'),
  'agents/review/pure/places.ts#isDistributed': as((given, read) => read('a.js', given.split('\n'))),
  'agents/review/pure/quotes.ts#placeOfQuote': as((given, read) => read(given.slice(0, 1000), given.split('\n'))),
  'agents/review/pure/secrets.ts#secretsIn': text(),
  'agents/review/pure/secrets.ts#masked': lines(),
  'agents/review/pure/secrets.ts#maskedText': text(),
  'agents/review/pure/globs.ts#globs': as(
    (given, read) => (read([given.slice(0, 250)]) as (path: string) => boolean)(given),
    4000,
  ),
  'agents/support/activities/sorting.ts#byRules': text(),
};

/** What begins with a text that nobody outside chooses, or that does not look into it. */
export const excused: Readonly<Record<string, string>> = {
  'agents/review/pure/merge.ts#printsOf': 'it compares fingerprints, which are of this program',
  'agents/loop/pure/types.ts#isAgentAnswer': 'looks for three names in a value',
  'agents/reconcile/activities/tree.ts#nodeAt': 'looks up a name in what a parser made',
  'agents/reconcile/activities/tree.ts#nodesAt': 'looks up a name in what a parser made',
  'agents/reconcile/activities/tree.ts#nodesBelow': 'looks up a name in what a parser made',
  'agents/reconcile/activities/tree.ts#textAt': 'looks up a name in what a parser made',
  'agents/reconcile/activities/objects.ts#sha256': 'a digest, of bytes of any kind',
  'agents/reconcile/activities/decode.ts#isWide': 'looks at the first three bytes',
  'agents/reconcile/activities/csv/row-reader.ts#assertRead': 'the name of a file in a message',
  'agents/reconcile/activities/json-bytes.ts#fromJson':
    'what fanfold wrote, checked by its digest, on a thread of its own',
  'agents/reconcile/activities/json-bytes.ts#joinedJson': 'joins what fanfold wrote, on a thread of its own',
  'agents/reconcile/activities/json-bytes.ts#toJson': 'writes what fanfold found, on a thread of its own',
  'agents/reconcile/activities/problem.ts#besideGuess': 'adds a sentence to a message',
  'agents/reconcile/activities/problem.ts#unreadable': 'makes a message of a place and a problem',
  'agents/reconcile/pure/types.ts#inputKey': 'a digest that was checked',
  'agents/research/activities/documents/read.ts#readPdf':
    'a library of others, on a thread with limits of its own; `hostile-pdf.test.ts` gives it the worst',
  'agents/research/activities/depth/embed.ts#embedded': 'sends texts to an endpoint as they are',
  'agents/research/activities/sources/connector.ts#addressOf': 'the name of a source',
  'agents/research/activities/sources/readers/reader.ts#shaped':
    'the name of a source; schemas are asked by each reader',
  'agents/research/activities/sources/readers/reader.ts#gap': 'makes an entry as `unreadEntries` does',
  'agents/research/pure/unread.ts#unreadEntries': 'the name of a source; of each document it keeps a bounded text',
  ...noReadersOfReview,
  'agents/loop/activities/read-claims.ts#readClaims': 'asks a model, whose answer is held to a schema',
  'agents/loop/pure/done.ts#markOf': 'the id of a call, checked before',
  'store/pages/results.ts#lostResult': 'makes a result of an id',
};
