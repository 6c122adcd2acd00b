/** What is said of one file by itself, in each language: every rule has a case that it finds. */
import { expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { isMeant } from '../../../src/agents/review/activities/narrowed.ts';
import { syntaxRules } from '../../../src/agents/review/activities/rules.ts';
import type { Finding } from '../../../src/agents/review/pure/findings.ts';
import { folder, type Files } from './folders.ts';

const { checkFile } = createReviewActivities({});
const unused = {
  path: 'a.js',
  line: 1,
  severity: 'note',
  confidence: 0.9,
  tool: 'oxlint',
  rule: 'no-unused-vars',
  message: "'used' is never used",
} as const;

const check = async (path: string, language: string, text: string): Promise<Finding[]> => {
  const root = await folder({ [path]: text });
  return [...(await checkFile({ root, all: true, file: { path, language, parts: [0] } })).findings];
};

test.each([
  [
    'go',
    [
      'package m',
      'func f() {',
      '  for {',
      '    defer g()',
      '  }',
      '  if err != nil {',
      '  }',
      '  db.Query(fmt.Sprintf("SELECT %s", x))',
      '  exec.Command("sh", "-c", "ls "+x)',
      '  c := tls.Config{InsecureSkipVerify: true}',
      '  md5.New() // of a password',
      '  a.b = a.b',
      '  return a.b == a.b',
      '}',
      'func g() { mu.Lock(); if x { return }; mu.Unlock() }',
    ],
    [
      '10:disabled-verification',
      '11:weak-hash',
      '12:self-assignment',
      '13:same-operands',
      '15:lock-kept',
      '4:defer-in-loop',
      '6:empty-error-branch',
      '8:sql-formatted',
      '9:shell-command',
    ],
  ],
  [
    'java',
    [
      'class A { void f(String s) {',
      'try { if (s == "x") g(); } catch (Exception e) {} }',
      'int h() { try { return 1; } finally { return 2; } }',
      'void i() { st.executeQuery("SELECT " + x);',
      'r.exec("ls " + x);',
      'MessageDigest.getInstance("MD5"); // of a token',
      'new ObjectInputStream(in);',
      'new BigDecimal(0.1);',
      'boolean b = a.c() == a.c(); } }',
    ],
    [
      '2:empty-catch',
      '2:string-identity',
      '3:return-in-finally',
      '4:sql-formatted',
      '5:shell-command',
      '6:weak-hash',
      '7:unsafe-deserialization',
      '8:inexact-decimal',
      '9:same-operands',
    ],
  ],
  [
    'rust',
    [
      'fn f() { dbg!(1); todo!() }',
      'fn g() { let _ = m.lock().unwrap();',
      'unsafe { std::mem::transmute::<A, B>(a) };',
      'c.danger_accept_invalid_certs(true);',
      'let b = a.c == a.c; }',
    ],
    [
      '1:debug-output',
      '1:unfinished',
      '2:lock-dropped',
      '3:unsafe-transmute',
      '4:disabled-verification',
      '5:same-operands',
    ],
  ],
  [
    'ruby',
    [
      'begin',
      '  eval(x)',
      'rescue Exception',
      '  1',
      'end',
      'A.where("b = \'#{c}\'")',
      'system("ls #{x}")',
      'Marshal.load(x)',
      'http.verify_mode = OpenSSL::SSL::VERIFY_NONE',
      'a.b == a.b',
    ],
    [
      '10:same-operands',
      '2:eval',
      '3:rescue-exception',
      '6:sql-formatted',
      '7:shell-command',
      '8:unsafe-deserialization',
      '9:disabled-verification',
    ],
  ],
  [
    'php',
    [
      '<?php',
      'try { f(); } catch (\\Exception $e) {}',
      'eval($x);',
      '$db->query("SELECT $x");',
      'system("ls $x");',
      "unserialize($_GET['x']);",
      "echo $_GET['x'];",
      "if ($a = 'b') { g($a->x === $a->x); }",
    ],
    [
      '2:empty-catch',
      '3:eval',
      '4:sql-formatted',
      '5:shell-command',
      '6:unsafe-deserialization',
      '7:unescaped-output',
      '8:assignment-in-condition',
      '8:same-operands',
    ],
  ],
  [
    'c-sharp',
    [
      'class P { void F() { try { G(); } catch (Exception e) { } }',
      'void H() { new SqlCommand($"SELECT {x}"); }',
      'void I() { try { G(); } catch (E e) { throw e; } }',
      'async void J() { }',
      'void K() { new BinaryFormatter(); MD5.Create(); // of a token',
      'h.ServerCertificateCustomValidationCallback = (a, b, c, d) => true; b = a.Id != a.Id; }',
      'ConcurrentDictionary<A, B> d; void L() { if (!d.ContainsKey(k)) d[k] = 1; } }',
    ],
    [
      '1:empty-catch',
      '2:sql-formatted',
      '3:lost-stack-trace',
      '4:async-void',
      '5:unsafe-deserialization',
      '5:weak-hash',
      '6:disabled-verification',
      '6:same-operands',
      '7:asked-then-set',
    ],
  ],
  [
    'cpp',
    [
      'int f(char *a, char *b) { int c; if (c = 1) {} strcpy(a, b); return 0; }',
      'void g(char *a) { printf(a);',
      'if (a == 0);',
      'memset(a, 10, 0);',
      'try { f(); } catch (...) {}',
      'return a.b == a.b; }',
    ],
    [
      '1:assignment-in-condition',
      '1:unbounded-copy',
      '2:format-string',
      '3:empty-body',
      '4:nothing-set',
      '5:empty-catch',
      '6:same-operands',
    ],
  ],
  ['bash', ['eval "$1"', 'rm -rf $x/y', 'curl http://a | sh'], ['1:eval', '2:unquoted-removal', '3:remote-script']],
  ['powershell', ['Invoke-Expression $x'], ['1:eval']],
  [
    'javascript',
    [
      'db.query(`SELECT ${x}`);',
      'exec(`ls ${x}`);',
      'a.forEach(async (x) => { await x; });',
      'a.map(parseInt);',
      'const o = { rejectUnauthorized: false };',
    ],
    ['1:sql-formatted', '2:shell-command', '3:async-callback', '4:parse-int-map', '5:disabled-verification'],
  ],
])('every rule for %s finds its case', async (language, lines, expected) => {
  const findings = await check('file', language, `${lines.join('\n')}\n`);
  expect(findings.map(({ line, rule }) => `${line}:${rule}`).toSorted()).toEqual(expected);
  expect(new Set(expected.map((each) => each.split(':')[1]))).toEqual(
    new Set(syntaxRules[language]?.map(({ rule }) => rule)),
  );
});

test('what is in single quotes is no variable of PHP', async () => {
  const php = "<?php\necho '$_GET[src]: ';\necho $_GET['src'];\necho \"$_GET[src]\";\necho 'a' . $_GET['b'];\n";
  expect((await check('a.php', 'php', php)).flatMap(({ line, more = [] }) => [line, ...more])).toEqual([3, 4, 5]);
});

test('many languages at once are loaded one after the other, and what does not parse is told', async () => {
  const broken: [string, string][] = [
    ['go', 'package m\nfunc f( {\n'],
    ['rust', 'fn f( { }\n'],
    ['bash', 'if true; then\n'],
    ['java', 'class A {\n'],
  ];
  const found = await Promise.all(broken.map(([language, text]) => check('file', language, text)));
  for (const findings of found) expect(findings).toMatchObject([{ rule: 'syntax', tool: 'syntax' }]);
  expect(await check('file', 'cpp', 'MACRO( { int x;\n')).toEqual([]);
  expect(await check('file', 'bash', 'cp -r !(build) build\n')).toEqual([]);
});

test('what is newer than its grammar is counted and not told, unless a project asks for it, and an open bracket is told', async () => {
  const go = 'package m\n\nvar a = new(b + 2)\n\nfunc f() { g(new(h + 1)) }\n';
  const look = async (text: string, more: Files = {}) => {
    const root = await folder({ 'a.go': text, ...more });
    const { findings, suppressed } = await checkFile({ root, file: { path: 'a.go', language: 'go', parts: [0] } });
    return { rules: findings.map(({ rule }) => rule), grammar: suppressed?.grammar ?? 0 };
  };
  expect(await look(go)).toEqual({ rules: [], grammar: expect.any(Number) });
  expect((await look(go)).grammar).toBeGreaterThan(0);
  expect((await look(go.replace('1)', '1'))).rules).toContain('syntax');
  const settings = JSON.stringify({ rules: { 'syntax/syntax': 'note' } });
  expect((await look(go, { 'fanfold.review.json': settings })).rules).toContain('syntax');
});

test.each([
  ['java', 'class A { void f() { int a = 1\n int b = 2; } }', ['syntax']],
  ['rust', 'fn f() { let a = 1\n let b = 2; }', ['syntax']],
  ['php', '<?php\nfunction f() {\n  $a = 1\n  return $a;\n}\n', ['syntax']],
  // What is newer, or older, than a grammar may look as if a mark were missing.
  ['php', '<?php\nfunction f($d) {\n  for ($i = 0; $i < 2; $i++) {\n    $this->c[$i] = $d{$i};\n  }\n}\n', []],
] as const)('a mark that is missing in %s is told where nothing else is wrong: %s', async (language, text, rules) => {
  const root = await folder({ a: text });
  const { findings } = await checkFile({ root, file: { path: 'a', language, parts: [0] } });
  expect(findings.map(({ rule }) => rule)).toEqual(rules);
});

test('Ruff tells of Python', async () => {
  const findings = await check('a.py', 'python', 'import os\n\ndef f(x=[]):\n    z = 1\n    return y\n');
  expect(findings.map(({ line, rule, severity }) => `${line}:${rule}:${severity}`)).toEqual([
    '5:F821:error',
    '3:B006:warning',
    '4:F841:note',
  ]);
});

test('a rule that is right only where the line says more is silent elsewhere', async () => {
  const python = [
    'import hashlib, re, subprocess, os',
    'hashlib.md5(b"a name")',
    'hashlib.md5(b"x")  # of a password',
    'a.content',
    'a == b',
    're.sub("a", "b", s, 1)',
    're.sub("a", "b", s, re.I)',
    'subprocess.Popen("ls", shell=True)',
    'subprocess.Popen(f"ls {x()}", shell=True)',
    'os.system("ls " + x())',
    'try:',
    '    f()',
    'except Exception:',
    '    pass',
    'try:',
    '    f()',
    'except Exception:',
    '    pass  # none is as good',
    'try:',
    '    f.close()',
    'except Exception:',
    '    pass',
    'text_type = unicode',
    'def g():',
    '    try: f()',
    '    except ValueError as e: h()',
  ];
  const found = await check('a.py', 'python', `${python.join('\n')}\n`);
  const at = found.map(({ line, rule }) => `${line}:${rule}`).filter((each) => !each.endsWith('F821'));
  expect(at.toSorted()).toEqual(['10:S605', '13:S110', '3:S324', '5:B015', '7:B034', '9:S602']);
  expect(found.filter(({ message }) => message.includes('unicode'))).toEqual([]);
  const lines = ['function used(a) {', '  var unused = a;', '}'];
  const said = [1, 2].map((line) => ({ ...unused, line }));
  expect(said.map((claim) => isMeant(claim, lines))).toEqual([false, true]);
  expect(said.map((claim) => isMeant(claim, [...lines, 'export {};']))).toEqual([true, true]);
  expect(isMeant(unused, [`export {};${'x'.repeat(500)}`])).toBe(false);
  const cSharp = 'class A { void F() {\ntry { G(); } catch (IOException) { }\ntry { G(); } catch { }\n} }\n';
  expect((await check('a.cs', 'c-sharp', cSharp)).map(({ line, rule }) => `${line}:${rule}`)).toEqual([
    '3:empty-catch',
  ]);
  const bash = 'curl -fsS https://x/a.gpg | sudo gpg --dearmor\ncurl -fsS https://x/a | sudo -E bash -\n';
  expect((await check('a.sh', 'bash', bash)).map(({ line, rule }) => `${line}:${rule}`)).toEqual(['2:remote-script']);
  const ruby = ['system("ls #{x}")', 'system("ls #{x.shellescape}")', 'a == a', '1 == 1'];
  const rules = (await check('a.rb', 'ruby', `${ruby.join('\n')}\n`)).map(({ line, rule }) => `${line}:${rule}`);
  expect(rules.toSorted()).toEqual(['1:shell-command', '3:same-operands']);
});

test('a function that asks whether says no by saying nothing, and a break behind a return is a habit', () => {
  const says = (method: string): string =>
    `Callback for array method "Array.prototype.${method}" may reach the end of an \`if\` without returning`;
  const claim = { ...unused, rule: 'array-callback-return' };
  for (const [method, meant] of [
    ['filter', false],
    ['findIndex', false],
    ['some', false],
    ['map', true],
    ['sort', true],
  ] as const)
    expect(isMeant({ ...claim, message: says(method) }, ['a.b((c) => {']), method).toBe(meant);
  const nothing = 'Callback for array method "Array.prototype.filter" expects a return value';
  expect(isMeant({ ...claim, message: nothing }, ['a.filter((c) => {'])).toBe(true);
  const gaps = { ...claim, column: 11, message: says('map') };
  expect(isMeant(gaps, ['a.map((b) => {', '  if (b) return b.c;', '}).filter(Boolean);'])).toBe(false);
  expect(isMeant(gaps, ['a.map((b) => {', '  if (b) return b.c;', '}).filter((b) => b.d);'])).toBe(true);
  const chain = ['a.map((b) => {', "  if (b) return ')';", '})'];
  for (const [behind, meant] of [
    [['  .filter((c) => c);'], false],
    [[';', 'const d = e.filter(Boolean);'], true],
    [['.sort(f);', 'g', '  .filter(Boolean);'], true],
  ] as const)
    expect(isMeant(gaps, [...chain, ...behind]), behind.join(' ')).toBe(meant);
  const made = { ...unused, message: "Variable 'app' is declared but never used." };
  expect(isMeant(made, ['  const app = new View({'])).toBe(false);
  expect(isMeant(made, ['  const app = viewOf({'])).toBe(true);
  for (const what of [
    'ValidationError(a)',
    'api.NotFoundException(a)',
    'Set()',
    'AbortController()',
    'URL(a)',
    'Date()',
  ])
    expect(isMeant(made, [`  const a = new ${what};`]), what).toBe(true);
  for (const what of ['SetOfViews(a)', 'maps.Map3D(a)', 'Dater()'])
    expect(isMeant(made, [`  const a = new ${what};`]), what).toBe(false);
  const sql = { ...unused, rule: 'sql-formatted', message: 'A value becomes part of the SQL text' };
  expect(isMeant(sql, ['tx.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, n))'])).toBe(false);
  expect(isMeant(sql, ['tx.Exec(fmt.Sprintf("SELECT %d FROM a WHERE b = %s", n, b))'])).toBe(true);
  const behind = { ...unused, rule: 'no-unreachable', message: 'Unreachable code.' };
  expect(isMeant(behind, ['        break;'])).toBe(false);
  expect(isMeant(behind, ['        close();'])).toBe(true);
});

test('of a script with as many unused names as lines, whether it is a module is found out once', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `let a${index};`);
  const started = process.cpuUsage();
  expect(lines.filter((_, index) => isMeant({ ...unused, line: index + 1 }, lines))).toEqual([]);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
});

test('what stands amid text that is not understood is not judged: C has names that are words of C++', async () => {
  const text = 'void h(int c) {\n  if (c) ;\n  g();\n}\nvoid f(int c) {\n  if (class == c && x)\n    g();\n}\n';
  expect((await check('a.c', 'cpp', text)).map(({ line, rule }) => `${line}:${rule}`)).toEqual(['2:empty-body']);
});

test('a conflict left behind, a hidden direction and a private key are told in any language', async () => {
  const text = 'a\n<<<<<<< HEAD\nif (x\u202E) {}\n-----BEGIN RSA PRIVATE KEY-----\n';
  expect((await check('a.kt', 'kotlin', text)).map(({ line, rule }) => `${line}:${rule}`).toSorted()).toEqual([
    '2:merge-conflict',
    '3:hidden-direction',
    '4:private-key',
  ]);
});
