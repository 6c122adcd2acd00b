/** Which language a file is in, by its name; what has none here is not reviewed. */
import { extname } from 'node:path';

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
};

export function languageOf(path: string): string | undefined {
  return byExtension[extname(path).toLowerCase()];
}

/** What oxlint and ESLint read. */
export function isScript(language: string): boolean {
  return ['javascript', 'typescript', 'vue', 'svelte', 'astro'].includes(language);
}
