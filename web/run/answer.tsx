/** What came of a run: the text that its kind writes, and the same as JSON. */
import { useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { Json, LongText } from '../parts/json.tsx';

interface AnswerProps {
  readonly view: RunView;
  readonly text?: { readonly text: string; readonly aligned: boolean };
}

export function Answer({ view, text }: AnswerProps) {
  const [asJson, setAsJson] = useState(false);
  const value = view.answer ?? view.fanIn?.mergedResults;
  if (value === undefined || (view.answer === undefined && view.fanIn?.mergedResults.length === 0)) return undefined;
  const what = view.answer === undefined ? 'Results' : 'Answer';
  const showsText = text !== undefined && !asJson;
  return (
    <section aria-labelledby="answer">
      <div class="head">
        <h2 id="answer">{what}</h2>
        {text && (
          <div class="choice" role="group" aria-label="Shown as">
            <button aria-pressed={!asJson} onClick={() => setAsJson(false)}>
              Text
            </button>
            <button aria-pressed={asJson} onClick={() => setAsJson(true)}>
              JSON
            </button>
          </div>
        )}
      </div>
      {showsText ? (
        <LongText text={text.text} label={what} wrap={!text.aligned} />
      ) : (
        <Json value={value} label={`${what} as JSON`} />
      )}
    </section>
  );
}
