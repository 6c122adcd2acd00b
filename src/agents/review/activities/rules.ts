/** What is asked of a syntax tree, by language: few rules, each almost always right. */
import { cSharp } from './syntax-rules/c-sharp.ts';
import { cpp } from './syntax-rules/cpp.ts';
import { go } from './syntax-rules/go.ts';
import { java } from './syntax-rules/java.ts';
import { javascript } from './syntax-rules/javascript.ts';
import { php } from './syntax-rules/php.ts';
import { ruby } from './syntax-rules/ruby.ts';
import type { SyntaxRule } from './syntax-rules/rule.ts';
import { rust } from './syntax-rules/rust.ts';
import { bash, powershell } from './syntax-rules/shells.ts';

export const syntaxRules: Readonly<Record<string, readonly SyntaxRule[]>> = {
  go,
  java,
  rust,
  ruby,
  php,
  'c-sharp': cSharp,
  cpp,
  bash,
  powershell,
  javascript,
  typescript: javascript,
  tsx: javascript,
};
