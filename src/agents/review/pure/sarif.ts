/** A review in SARIF 2.1.0, the form in which code hosts and editors read findings. */
import { given } from '../../../index.ts';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { nameOf, severities, type Finding, type Severity } from './findings.ts';
import { toldAt, type Told } from './fingerprint.ts';
import { isSecurity } from './security.ts';
import type { ReviewReport } from './types.ts';
import { many } from '../../../core/text/index.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
/** SARIF's rank is from 0 to 100. */
const full = 100;
/** What code hosts sort security findings by: from 0 to 10, as CVSS. */
const securitySeverity: Readonly<Record<Severity, string>> = { error: '8.0', warning: '5.5', note: '2.0' };

/** Findings of all analysers as one run of fanfold; the rule's id begins with who said it. */
export function sarifOf(report: ReviewReport, version: string): Log {
  const rules = rulesOf(report.findings);
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
        results: report.findings
          .flatMap(toldAt)
          .map((told) => resultOf(told, positions.get(nameOf(told.finding)) ?? 0)),
      },
    ],
  };
}

/** Each rule once, as bad as the worst of its findings. */
function rulesOf(findings: readonly Finding[]): ReportingDescriptor[] {
  const worst = new Map<string, Finding>();
  for (const finding of findings) {
    const known = worst.get(nameOf(finding));
    const isWorse = !known || severities.indexOf(finding.severity) < severities.indexOf(known.severity);
    if (isWorse) worst.set(nameOf(finding), finding);
  }
  return [...worst.values()].map(ruleOf);
}

function ruleOf(finding: Finding): ReportingDescriptor {
  const { tool, rule, url, message, help, severity } = finding;
  const security = isSecurity(finding);
  const text = help ?? message;
  const more = url === undefined ? '' : ` See ${url}`;
  return {
    id: nameOf(finding),
    shortDescription: { text: `${rule} (${tool})` },
    help: { text: `${text}${more}`, markdown: `${markdown(text)}${url === undefined ? '' : `\n\n[${rule}](${url})`}` },
    ...given({ helpUri: url }),
    defaultConfiguration: { level: severity },
    properties: {
      tags: [tool, ...(security ? ['security'] : ['correctness'])],
      precision: precisionOf(finding.confidence),
      'problem.severity': severity === 'note' ? 'recommendation' : severity,
      ...(security ? { 'security-severity': securitySeverity[severity] } : {}),
    },
  };
}

/** As code hosts part it. */
function precisionOf(confidence: number): 'very-high' | 'high' | 'medium' | 'low' {
  if (confidence < 0.5) return 'low';
  if (confidence < 0.75) return 'medium';
  return confidence < 0.95 ? 'high' : 'very-high';
}

/** Text of analysers and models is text, whatever Markdown would make of it. */
function markdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|&-]/g, String.raw`\$&`);
}

function resultOf({ finding, print }: Told, ruleIndex: number): Result {
  const { path, line, endLine, column, severity, confidence, message, help, also = [], excerpt } = finding;
  const region = {
    startLine: line,
    endLine,
    ...given({ startColumn: column }),
    ...(excerpt.length > 0 ? { snippet: { text: excerpt.join('\n') } } : {}),
  };
  const { more = [], folded = [], removed } = finding;
  const properties = {
    ...(also.length > 0 ? { also: [...also] } : {}),
    ...(more.length > 0 ? { moreLines: [...more] } : {}),
    ...(folded.length > 0 ? { foldedFingerprints: [...folded] } : {}),
    ...(removed ? { removed } : {}),
  };
  return {
    ruleId: nameOf(finding),
    ruleIndex,
    level: severity satisfies Result.level,
    rank: Math.round(confidence * full),
    message: { text: help === undefined ? message : `${message}\n\n${help}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: 'SRCROOT' }, region } }],
    // What a host recognises the same finding by when its line has moved.
    partialFingerprints: { 'fanfold/v1': print },
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  };
}

/** A name may hold half of a character, which no address can. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.replaceAll(/\p{Surrogate}/gu, '\uFFFD')))
    .join('/');
}

function notesOf({ notes, missing, skipped, suppressed, cut, outside }: ReviewReport): string[] {
  return [
    ...notes,
    ...missing.map((text) => `No result of ${text}`),
    ...skipped.map(({ reason, count }) => `${count} left out: ${reason}`),
    ...Object.entries(suppressed).map(([reason, count]) => `${many(count, 'finding')} not reported: ${reason}`),
    ...(cut > 0 ? [`${many(cut, 'further finding')} did not fit into the report`] : []),
    ...(outside > 0 ? [`${many(outside, 'finding')} on lines that did not change left out`] : []),
  ];
}
