/** What came of a run: the document or the text that its kind writes, and the same as JSON. */
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { Document } from '../parts/document.tsx';
import { Json, LongText } from '../parts/json.tsx';

/** An answer as its kind writes it for people, as the service gives it; each where the kind does. */
export interface Written {
  readonly text?: string;
  readonly aligned?: boolean;
  readonly markdown?: string;
  /** What a task of this run is called. */
  readonly noun?: string;
}

interface AnswerProps {
  readonly view: RunView;
  readonly written: Written;
}

export function Answer({ view, written }: AnswerProps) {
  const [chosen, choose] = useState<string>();
  const value = view.answer ?? view.fanIn?.mergedResults;
  if (value === undefined || (view.answer === undefined && view.fanIn?.mergedResults.length === 0)) return undefined;
  const what = view.answer === undefined ? 'Results' : 'Answer';
  const looks = looksOf(value, what, written);
  const shown = looks.find(([name]) => name === chosen) ?? looks[0];
  return (
    <section aria-labelledby="answer">
      <div class="head">
        <h2 id="answer">{what}</h2>
        {looks.length > 1 && (
          <div class="choice" role="group" aria-label="Shown as">
            {looks.map(([name]) => (
              <button key={name} aria-pressed={name === shown?.[0]} onClick={() => choose(name)}>
                {name}
              </button>
            ))}
          </div>
        )}
      </div>
      {shown?.[1]}
    </section>
  );
}

type Look = readonly [name: string, ComponentChild];

/** The best to read first. */
function looksOf(value: unknown, what: string, { text, aligned = false, markdown }: Written): Look[] {
  const looks: Look[] = [['JSON', <Json value={value} label={`${what} as JSON`} />]];
  if (text !== undefined) looks.unshift(['Text', <LongText text={text} label={what} wrap={!aligned} />]);
  if (markdown !== undefined) looks.unshift(['Report', <Document markdown={markdown} label={what} />]);
  return looks;
}
