/** Bash and PowerShell: few rules, each almost always right. */
import { evaluated, type SyntaxRule } from './rule.ts';

export const bash: readonly SyntaxRule[] = [
  {
    ...evaluated,
    query:
      '((command name: (command_name) @name argument: (_) @what) @found (#eq? @name "eval") (#match? @what "\\\\$"))',
  },
  {
    rule: 'unquoted-removal',
    severity: 'error',
    message:
      'The value is parted at blanks and may be empty, and what it then names is removed. Quote it, and check it',
    query:
      '((command name: (command_name) @name argument: (word) @flags argument: [(simple_expansion) (expansion) (concatenation . [(simple_expansion) (expansion)])] @found) (#eq? @name "rm") (#match? @flags "^-[a-zA-Z]*r"))',
  },
  {
    rule: 'remote-script',
    severity: 'warning',
    message: 'What the network answers is run unseen. Fetch a version by its checksum, then run it',
    query:
      '((pipeline (command name: (command_name) @from) (command name: (command_name) @to)) @found (#match? @from "^(curl|wget)$") (#match? @to "^(sudo|sh|bash|zsh|python3?)$"))',
  },
];

export const powershell: readonly SyntaxRule[] = [
  {
    ...evaluated,
    query: '((command command_name: (command_name) @name) @found (#match? @name "^(?:[Ii]nvoke-[Ee]xpression|iex)$"))',
  },
];
