/** What a visitor sent is reported where a page in PHP writes it as it is, in whichever form it is written. */
import { expect, test } from 'vitest';
import { syntax } from '../../../src/agents/review/activities/syntax.ts';

test.each([
  ["echo $_GET['q'];", true],
  ["echo @$_GET['q'];", true],
  ["echo ($_GET['q']);", true],
  ["echo (string) $_GET['q'];", true],
  ["echo $a ?? $_GET['q'];", true],
  ["print $_GET['q'];", true],
  ["echo <<<X\n a {$_GET['q']}\nX;", true],
  ["?><b><?= $_GET['q'] ?></b><?php", true],
  ["echo (int) $_GET['q'];", false],
  ["echo (int) $_GET['q'] . '<br>';", false],
  ["echo '<' . htmlspecialchars($_GET['q']);", false],
  ["echo (e($_GET['q']));", false],
  ["echo @e($_GET['q']);", false],
  ["echo <<<'X'\n a {$_GET['q']}\nX;", false],
])('%j writes what a visitor sent as it is: %s', async (statement, isFound) => {
  const claims = await syntax('a.php', 'php', `<?php\n${statement}\n`);
  expect(claims.map(({ rule }) => rule)).toEqual(isFound ? ['unescaped-output'] : []);
});
