/** The same view of a run as the page has, in a file of its own that asks nobody anything. */
import { render } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { TaskResult } from '../src/core/task.ts';
import type { RunView } from '../src/runs/run-view.ts';
import type { Written } from './run/answer.tsx';
import { Approvals } from './run/approvals.tsx';
import { RunBody } from './run/view.tsx';
import { addResults, type Row } from './run/rows.ts';

/** What stands in the file as JSON. */
interface ReportData {
  readonly view: RunView;
  /** Of a run whose fan-in does not carry them. */
  readonly results?: readonly TaskResult[];
  readonly written?: Written;
  readonly noun: string;
  /** When it was written, in milliseconds since the Unix epoch. */
  readonly at: number;
}

function Report({ view, results, written, noun, at }: ReportData) {
  const [selected, select] = useState<string>();
  const settled = useMemo(() => {
    const rows = new Map<string, Row>();
    addResults(rows, results ?? []);
    return rows;
  }, [results]);
  return (
    <main>
      <RunBody
        view={view}
        settled={settled}
        written={written}
        noun={noun}
        selected={selected}
        select={select}
        asks={<Approvals view={view} at={at} />}
        at={at}
      />
    </main>
  );
}

const root = document.querySelector('#page');
const data = document.querySelector('#run')?.textContent;
if (root && data) {
  root.textContent = '';
  render(<Report {...(JSON.parse(data) as ReportData)} />, root);
}
