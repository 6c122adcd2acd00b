/** What the reports of the test runner say: `failed FOLDER` prints the files that failed, `print FOLDER` the counts. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [, , what, folder] = process.argv;
const [whole, alone] = ['whole.json', 'alone.json'].map((name) => reportOf(join(folder, name)));
if (what === 'failed') for (const { name } of failedFiles(whole)) console.log(relative(process.cwd(), name));
else print();

function reportOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** A file also fails where its hooks do, without any failed test. */
function failedFiles(report) {
  return (report?.testResults ?? []).filter(({ status }) => status === 'failed');
}

/** Of a file that ran again, its second run counts. */
function print() {
  if (!whole) throw new Error('The tests left no report');
  const again = new Set((alone?.testResults ?? []).map(({ name }) => name));
  const counted = [...whole.testResults.filter(({ name }) => !again.has(name)), ...(alone?.testResults ?? [])];
  const tests = counted.flatMap(({ assertionResults }) => assertionResults);
  const number = (...of) => tests.filter(({ status }) => of.includes(status)).length;
  const stillFailed = new Set(failedFiles(alone).map(({ name }) => name));
  const recovered = failedFiles(whole).filter(({ name }) => again.has(name) && !stillFailed.has(name));
  for (const { name, assertionResults } of recovered) {
    const titles = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    console.log(`failed beside the others and passed alone: ${relative(process.cwd(), name)}: ${titles.join('; ')}`);
  }
  const skipped = tests.length - number('passed') - number('failed');
  console.log(`${number('passed')} passed, ${number('failed')} failed, ${skipped} skipped`);
}
