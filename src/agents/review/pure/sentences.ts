/** What is said of a review beside its findings, in sentences: where else one is, what is not reported, who looked. */
import { many } from '../../../core/text/index.ts';
import type { Finding } from './findings.ts';
import type { ReviewReport, Skipped } from './types.ts';

const shownPlaces = 8;

/** Further lines of its file, and further files. */
export function furtherSentences({ more = [], times = 1, places = [] }: Finding): string[] {
  const own = times - places.reduce((sum, { times: there = 1 }) => sum + there, 0);
  const lines = more.slice(0, shownPlaces).join(', ');
  const files = places.slice(0, shownPlaces).map(({ path, line }) => `${path}:${line}`);
  return [
    ...(more.length > 0 ? [`Also on ${many(own - 1, 'line')}: ${lines}${own - 1 > shownPlaces ? ', …' : ''}.`] : []),
    ...(places.length > 0
      ? [
          `Here and at ${many(places.length, 'further place')}: ${files.join(', ')}${places.length > shownPlaces ? ', …' : ''}.`,
        ]
      : []),
  ];
}

export function unreportedSentences({
  cut,
  outside,
  suppressed,
}: Pick<ReviewReport, 'cut' | 'outside' | 'suppressed'>): string[] {
  return [
    ...(cut > 0 ? [`${many(cut, 'further finding')} did not fit into the report.`] : []),
    ...(outside > 0
      ? [`${many(outside, 'finding')} on lines that did not change ${outside === 1 ? 'is' : 'are'} left out.`]
      : []),
    ...Object.entries(suppressed).map(
      ([reason, count]) =>
        `${many(count, 'finding')} ${count === 1 ? 'is' : 'are'} not reported: ${quietReasons[reason] ?? reason}.`,
    ),
  ];
}

const quietReasons: Readonly<Record<string, string>> = {
  inline: 'a comment says so (fanfold-ignore)',
  marked: 'a comment for another tool says so (noqa, nosec, eslint-disable and the like)',
  settings: 'the settings of the project switch them off',
  tests: 'they are in test code or examples',
  grammar: 'the syntax there is rather newer than what is known of the language here',
  unsure: 'what their rules say is more often wrong than right (--all reports them)',
  baseline: 'the baseline has them',
};

export function skippedSentence({ reason, count, paths }: Skipped): string {
  return `Left out ${many(count, 'file')} (${reason}): ${paths.join(', ')}${count > paths.length ? ', …' : ''}`;
}

export function analysersSentence(analysers: ReviewReport['analysers']): string {
  return analysers.length === 0 ? '' : `Looked at by ${analysers.map(analyserText).join(', ')}.`;
}

function analyserText({ name, version, own, files }: ReviewReport['analysers'][number]): string {
  return `${name}${version === undefined ? '' : ` ${version}`}${own ? ' of the project' : ''} (${many(files, 'file')})`;
}

/** By how much a tokenizer may differ from what was estimated. */
const fair = 1.4;

export function modelSentence(
  { name, inputTokens, outputTokens, untied }: NonNullable<ReviewReport['model']>,
  estimate: ReviewReport['estimate'],
): string {
  const told = estimate?.inputTokens ?? Infinity;
  const more =
    inputTokens > told * fair ? ` where some ${told} were told, as what cannot be used is asked for again` : '';
  const dropped = untied > 0 ? `; ${many(untied, 'finding')} of it tied to no line, dropped` : '';
  return `Model ${name}: ${inputTokens} tokens read${more}, ${outputTokens} written${dropped}.`;
}
