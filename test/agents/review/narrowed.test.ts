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
    ['if c.skipVerify {', '  x := tls.Config{InsecureSkipVerify: true}'],
    2,
    false,
  ],
  [
    'syntax',
    'disabled-verification',
    'a.go',
    ['if c.isFast {', '  x := tls.Config{InsecureSkipVerify: true}'],
    2,
    true,
  ],
  [
    'syntax',
    'disabled-verification',
    'a.go',
    ['if tlsConfig == nil {', '  tlsConfig = &tls.Config{InsecureSkipVerify: true}', '}'],
    2,
    true,
  ],
  [
    'syntax',
    'disabled-verification',
    'a.go',
    ['if skip {', '  return', '}', 'c := x{InsecureSkipVerify: true}'],
    4,
    true,
  ],
  ['syntax', 'disabled-verification', 'a.go', ['if err { c.InsecureSkipVerify = true }'], 1, true],
  ['syntax', 'disabled-verification', 'a.go', ['if verify {', '  f()', '} else {', '  c.Insecure = true'], 4, false],
  ['syntax', 'shell-command', 'a.php', ['system("convert " . $db->quote($_GET[\'f\']));'], 1, true],
  ['syntax', 'shell-command', 'a.go', ['exec("ls " + req.ID)'], 1, true],
  ['syntax', 'syntax', 'a.go', ['x := []T{{name: "a" b: 1}}'], 1, true],
  ['syntax', 'syntax', 'a.go', ['x := []T{{a b}}'], 1, true],
  ['syntax', 'syntax', 'a.go', ['func {{ .Name }}() {'], 1, false],
  ['syntax', 'sql-formatted', 'a.go', ['q("Select * from Users where name = \'" + name + "\'")'], 1, true],
  ['syntax', 'sql-formatted', 'a.go', ['q("Delete from users where id=" + id)'], 1, true],
  ['syntax', 'sql-formatted', 'a.js', ['q("DELETE FROM a WHERE b = 1" + " AND " + "c = " + params.c)'], 1, true],
  ['syntax', 'sql-formatted', 'a.js', ['q("DELETE FROM a WHERE " + [x, params.c].join(" AND ") + params[0])'], 1, true],
  ['ruff', 'S608', 'a.py', ['run("DELETE FROM a WHERE " + " AND ".join(terms), params)'], 1, false],
  ['syntax', 'sql-formatted', 'a.go', ['q("Delete from users where id in (" + ids + ")")'], 1, true],
  ['syntax', 'sql-formatted', 'a.go', ['q("Select name from users order by " + order)'], 1, true],
  ['syntax', 'sql-formatted', 'a.go', ['q("Select " + what + " from users")'], 1, true],
  ['syntax', 'sql-formatted', 'a.go', ['q("Update users " + "set name = \'" + name + "\'")'], 1, true],
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

test.each([
  ['def f(a: "Account" = None):', 'Account', false],
  ['def f() -> "Account | None":', 'Account', false],
  ['say("a", acount)', 'acount', true],
  ['result["total"] = totl + 1', 'totl', true],
  ['result["total"] = total', 'total', true],
  ['say({"key": "text"}, nme)', 'nme', true],
  ['say(unicode("a"))', 'unicode', false],
] as const)(
  'of %s, that %s is not defined is a finding where it is more than a type in quotes',
  (line, name, meant) => {
    const message = `Undefined name \`${name}\``;
    const claim = {
      tool: 'ruff',
      rule: 'F821',
      path: 'a.py',
      line: 1,
      message,
      severity: 'error',
      confidence: 0.9,
    } as const;
    expect(isMeant(claim, [line])).toBe(meant);
  },
);
