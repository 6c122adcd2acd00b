/**
 * oxlint: with the project's configuration where its tools may be run, since that may name plugins, which are code;
 * otherwise with its rules on what is wrong and what is suspicious.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Severity } from '../pure/findings.ts';
import { nameIn, type AnalyserInput, type AnalyserRun } from './analyser.ts';
import { configuresOxlint, findTool, type Tool } from './tools.ts';

const output = z.object({
  diagnostics: z.array(
    z.object({
      message: z.string(),
      code: z.string().optional(),
      severity: z.string(),
      url: z.string().optional(),
      help: z.string().optional(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.number().optional(), column: z.number().optional() }) })),
    }),
  ),
});

export function oxlintRun({ root, files, projectTools }: AnalyserInput, tool: Tool): AnalyserRun {
  const paths = files.map(({ path }) => join(root, path));
  const typeAware = tool.own === true && findTool('oxlint-tsgolint', 'tsgolint', root, true)?.own === true;
  const configured = projectTools && configuresOxlint(root);
  const options = [
    ...(projectTools ? [] : ['--disable-nested-config']),
    ...(configured ? [] : ['-D', 'correctness', '-W', 'suspicious']),
    ...(typeAware ? ['--type-aware'] : []),
  ];
  return {
    args: ['--format=json', '--no-error-on-unmatched-pattern', ...options, ...paths],
    // Away from the project, its configuration is not found.
    cwd: projectTools ? root : tmpdir(),
    read({ stdout }) {
      const { diagnostics } = output.parse(JSON.parse(stdout));
      return {
        claims: diagnostics.map(({ message, code, severity, url, help, filename, labels }) => ({
          path: nameIn(root, filename, projectTools ? root : tmpdir()),
          line: labels[0]?.span.line ?? 1,
          column: labels[0]?.span.column ?? 1,
          severity: severityOf(severity, code, configured),
          confidence: 0.9,
          tool: 'oxlint',
          rule: ruleOf(code),
          message,
          ...(help === undefined ? {} : { help }),
          ...(url === undefined ? {} : { url }),
        })),
      };
    },
  };
}

/** What a project calls an error is one; of our own choice, only what cannot be parsed is. */
function severityOf(severity: string, code: string | undefined, chosen: boolean): Severity {
  if (code === undefined) return 'error';
  if (chosen) return severity === 'error' ? 'error' : 'warning';
  return severity === 'error' ? 'warning' : 'note';
}

/** `eslint(no-debugger)` as `no-debugger`, `typescript(no-this-alias)` as `typescript/no-this-alias`. */
function ruleOf(code: string | undefined): string {
  if (code === undefined) return 'syntax';
  const [, plugin = '', rule = code] = /^([\w-]+)\((.+)\)$/.exec(code) ?? [];
  return plugin === '' || plugin === 'eslint' ? rule : `${plugin.replace(/^typescript-eslint$/, 'typescript')}/${rule}`;
}
