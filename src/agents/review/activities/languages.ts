/** Which language a file is in, by its name, and who checks files of it; what has none here is not reviewed. */
import { basename, extname } from 'node:path';

const byExtension: Readonly<Record<string, string>> = {
  '.js': 'javascript',
  '.jsx': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'typescript',
  '.vue': 'vue',
  '.svelte': 'svelte',
  '.astro': 'astro',
  '.py': 'python',
  '.go': 'go',
  '.java': 'java',
  '.rs': 'rust',
  '.rb': 'ruby',
  '.php': 'php',
  '.cs': 'c-sharp',
  '.c': 'cpp',
  '.h': 'cpp',
  '.cc': 'cpp',
  '.cpp': 'cpp',
  '.hpp': 'cpp',
  '.sh': 'bash',
  '.bash': 'bash',
  '.ps1': 'powershell',
  '.kt': 'kotlin',
  '.swift': 'swift',
  '.scala': 'scala',
  '.sql': 'sql',
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.tf': 'terraform',
  '.tfvars': 'data',
  '.pem': 'data',
  '.key': 'data',
  '.ipynb': 'data',
  '.kubeconfig': 'data',
  '.html': 'html',
  '.htm': 'html',
  '.dockerfile': 'dockerfile',
  '.json': 'data',
  '.jsonc': 'data',
  '.toml': 'data',
  '.ini': 'data',
  '.cfg': 'data',
  '.conf': 'data',
  '.properties': 'data',
  '.xml': 'data',
  '.env': 'data',
  '.md': 'data',
  '.rst': 'data',
  '.txt': 'data',
  '.css': 'data',
  '.scss': 'data',
};

const byName: readonly (readonly [RegExp, string])[] = [
  [/^(?:Dockerfile|Containerfile)(?:\..{1,50})?$/, 'dockerfile'],
  [/^(?:GNU)?[Mm]akefile$/, 'makefile'],
  [/^\.env(?:\..{1,50})?$/, 'data'],
  [/^\.(?:npmrc|pypirc|netrc)$|^id_(?:rsa|dsa|ecdsa|ed25519)$|^kubeconfig$/, 'data'],
];

/** @returns `data` of files in which only secrets and the like are looked for */
export function languageOf(path: string): string | undefined {
  const name = basename(path);
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? byExtension[extname(name).toLowerCase()];
}

const shellLine = /^#!.{0,200}\b(?:(?:ba|da|k|a)?sh|bashio|busybox)\b/;
const otherLine = /^#!.{0,200}?\b(php|python|ruby|node|zsh|fish|perl|expect)(?:[\d.]{0,8})\b/;
const byProgram: Readonly<Record<string, string>> = { php: 'php', python: 'python', ruby: 'ruby', node: 'javascript' };

/** By its first line, of a file whose name says nothing: a script of a shell, or of another language that is read so. */
export function languageOfScript(first: string): string | undefined {
  if (shellLine.test(first)) return 'bash';
  const program = first.startsWith('#!') ? otherLine.exec(first)?.[1] : undefined;
  // Linters of JavaScript go by the ends of names.
  return program === 'node' ? undefined : byProgram[program ?? ''];
}

/** What a file says of itself at its head: a script that is called like one of a shell may be another program's, and translations of Qt end like TypeScript. */
export function languageAtHead(language: string, [first = '']: readonly string[]): string {
  const head = first.slice(0, 250);
  if (language === 'typescript' && /^\uFEFF?<(?:\?xml|!DOCTYPE TS)\b/.test(head)) return 'data';
  if (language !== 'bash' || !head.startsWith('#!') || shellLine.test(head)) return language;
  const program = otherLine.exec(head)?.[1];
  return program === undefined ? language : (byProgram[program] ?? program);
}

/** Whether a model is asked about it. */
export function isCode(language: string): boolean {
  return language !== 'data';
}

/** What oxlint and ESLint read. */
export function isScript(language: string): boolean {
  return ['javascript', 'typescript', 'vue', 'svelte', 'astro'].includes(language);
}
