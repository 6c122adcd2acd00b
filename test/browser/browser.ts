/** A real Chromium, where the machine has one: named by `CHROMIUM`, or on the PATH. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Why there is none, in words, or the browser; its caller closes it. */
export async function openBrowser(): Promise<Browser | string> {
  const executablePath = process.env['CHROMIUM']?.trim() || findOnPath();
  if (executablePath === undefined)
    return `no Chromium is installed (apt-get install chromium, or name one by CHROMIUM)`;
  // Tests often run as root, where the sandbox cannot.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

function findOnPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}
