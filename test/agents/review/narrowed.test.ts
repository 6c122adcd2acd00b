/** Rules that are right only where the lines around say more than the rule asks. */
import { expect, test } from 'vitest';
import { isMeant } from '../../../src/agents/review/activities/narrowed.ts';

test.each([
  ['syntax', 'empty-catch', 'a.php', ['try {', '  return f();', '} catch (\\Exception $e) {', '}'], 3, false],
  ['syntax', 'empty-catch', 'a.php', ['try {', '  f();', '} catch (\\Exception $e) {', '}'], 3, true],
  ['syntax', 'empty-catch', 'a.java', ['try { return f(); } catch (Exception e) {}'], 1, false],
  ['syntax', 'empty-catch', 'a.java', ['try { f(); } catch (Exception e) {}'], 1, true],
  [
    'syntax',
    'disabled-verification',
    'a.go',
    ['if c.skipVerify {', 'x := tls.Config{InsecureSkipVerify: true}'],
    2,
    false,
  ],
  ['syntax', 'disabled-verification', 'a.go', ['if c.isFast {', 'x := tls.Config{InsecureSkipVerify: true}'], 2, true],
  ['syntax', 'shell-command', 'a.php', ["shell_exec('ps | ' . self::AWK . ' 2>&1');"], 1, false],
  ['syntax', 'shell-command', 'a.php', ["shell_exec('ps | ' . self::AWK . $name);"], 1, true],
  ['ruff', 'S608', 'a.py', ['"Update configuration for {} needs {} set".format(a, b)'], 1, false],
  ['ruff', 'S608', 'a.py', ['f"Select one of {names} from the list"'], 1, false],
  ['ruff', 'S608', 'a.py', ['f"Select * From a Where b = {b}"'], 1, true],
  ['ruff', 'S608', 'a.py', ['f"update a set b = {b}"'], 1, true],
  ['ruff', 'invalid-syntax', 'a.py', ['def test_{{ name }}():'], 1, false],
  ['ruff', 'invalid-syntax', 'a.py', ['def test_():,'], 1, true],
  [
    'syntax',
    'sql-formatted',
    'a.go',
    ['db.Exec("DELETE FROM a WHERE "+strings.Join(where, " AND "), args...)'],
    1,
    false,
  ],
  ['syntax', 'sql-formatted', 'a.go', ['db.Exec("DELETE FROM a WHERE b = " + b + " AND c = 1")'], 1, true],
  ['ruff', 'F821', 'a.py', ['def f(a: "Account" = None):'], 1, false],
  ['ruff', 'F821', 'a.py', ['def f() -> "Account | None":'], 1, false],
  ['ruff', 'F821', 'a.py', ['say("a", acount)'], 1, true],
  ['oxlint', 'no-cond-assign', 'a.js', ['if (found = find(a)) {'], 1, false],
  ['oxlint', 'no-cond-assign', 'a.js', ['if (a.role = "admin") {'], 1, true],
  ['ruff', 'S113', 'a.py', ['requests.get(url, **options)'], 1, false],
  ['ruff', 'S113', 'a.py', ['requests.get(url)'], 1, true],
  ['ruff', 'S301', 'a.py', ['pickle.loads(pickle.dumps(a))'], 1, false],
  ['ruff', 'S301', 'a.py', ['pickle.loads(a)'], 1, true],
  ['shellcheck', 'SC2164', 'a.sh', ['popd > /dev/null'], 1, false],
  ['shellcheck', 'SC2164', 'a.sh', ['cd "$build"'], 1, true],
  ['shellcheck', 'SC2154', 'a.sh', ['. ./colours.sh', 'echo $red'], 2, false],
  ['shellcheck', 'SC2154', 'a.sh', ['echo $red'], 1, true],
] as const)('%s/%s in %s, of %j, is a finding where it is one', (tool, rule, path, lines, line, meant) => {
  expect(isMeant({ tool, rule, path, line, message: '', severity: 'warning', confidence: 0.9 }, lines)).toBe(meant);
});
