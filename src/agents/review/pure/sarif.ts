/** A review in SARIF 2.1.0, the form in which code hosts and editors read findings. */
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { nameOf, type Finding } from './findings.ts';
import type { ReviewReport } from './types.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
/** SARIF's rank is from 0 to 100. */
const full = 100;

/** Findings of all analysers as one run of fanfold; the rule's id begins with who said it. */
export function sarifOf(report: ReviewReport, version: string): Log {
  const rules = [...new Map(report.findings.map((finding) => [nameOf(finding), ruleOf(finding)])).values()];
  const positions = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fanfold', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notesOf(report).map((text) => ({ level: 'note', message: { text } })),
          },
        ],
        results: report.findings.map((finding) => resultOf(finding, positions.get(nameOf(finding)) ?? 0)),
      },
    ],
  };
}

function ruleOf(finding: Finding): ReportingDescriptor {
  const { tool, rule, url } = finding;
  return {
    id: nameOf(finding),
    shortDescription: { text: `${rule} (${tool})` },
    ...(url === undefined ? {} : { helpUri: url }),
  };
}

function resultOf(finding: Finding, ruleIndex: number): Result {
  const { path, line, endLine, column, severity, confidence, message, help, also = [], excerpt } = finding;
  const region = {
    startLine: line,
    endLine,
    ...(column === undefined ? {} : { startColumn: column }),
    ...(excerpt.length > 0 ? { snippet: { text: excerpt.join('\n') } } : {}),
  };

  return {
    ruleId: nameOf(finding),
    ruleIndex,
    level: severity satisfies Result.level,
    rank: Math.round(confidence * full),
    message: { text: help === undefined ? message : `${message}\n\n${help}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: 'SRCROOT' }, region } }],
    // What a host tells the same finding by when its line has moved.
    partialFingerprints: { 'fanfold/v1': fingerprint(finding) },
    ...(also.length > 0 ? { properties: { also: [...also] } } : {}),
  };
}

function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function notesOf({ notes, missing, skipped, cut, outside }: ReviewReport): string[] {
  return [
    ...notes,
    ...missing.map((text) => `No result of ${text}`),
    ...skipped.map(({ reason, count }) => `${count} left out: ${reason}`),
    ...(cut > 0 ? [`${cut} further findings did not fit into the report`] : []),
    ...(outside > 0 ? [`${outside} findings on lines that did not change are left out`] : []),
  ];
}

/** FNV-1a over what stays the same when lines are added above; 64 bits as two halves, since the core has no crypto. */
function fingerprint({ path, tool, rule, excerpt }: Finding): string {
  const text = JSON.stringify([path, tool, rule, excerpt.map((line) => line.trim())]);
  return [0x811c9dc5, 0x9747b28c]
    .map((seed) => {
      let hash = seed;
      for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, '0');
    })
    .join('');
}
