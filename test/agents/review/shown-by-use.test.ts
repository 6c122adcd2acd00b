/** What is a fault only by what the code does with it: told where that is seen, and silent where it is not. */
import { expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { folder } from './folders.ts';

const { checkFile } = createReviewActivities({});

async function told(path: string, language: string, text: string): Promise<string[]> {
  const root = await folder({ [path]: text });
  const { findings } = await checkFile({ root, file: { path, language, parts: [0] } });
  return findings.map(({ rule, line }) => `${rule}:${line}`);
}

test.each([
  ['it is added to', 'def f(a, found=[]):\n    found.append(a)\n    return found\n', true],
  ['an element is set', 'def f(a, found={}):\n    found[a] = 1\n', true],
  [
    'it is kept by an object that changes it',
    'class A:\n    def __init__(self, b={}):\n        self.b = b\n    def c(self):\n        self.b["d"] = 1\n',
    true,
  ],
  ['it is only read', 'def f(a, names=["b"]):\n    return a in names\n', false],
  ['it is copied first', 'def f(a, found=[]):\n    found = list(found)\n    found.append(a)\n', false],
  [
    'it is kept and never changed',
    'class A:\n    def __init__(self, b={}):\n        self.b = b\n    def c(self):\n        return self.b\n',
    false,
  ],
])('a default that all calls share is told where it is changed: %s', async (_, text, isTold) => {
  expect((await told('a.py', 'python', text)).some((each) => each.startsWith('B006'))).toBe(isTold);
});

test.each([
  ['an element', '        found[name] = lambda: g(name)', true],
  ['a list', '        found.append(lambda: g(name))', true],
  ['a part of what is put in', '        found.append((name, lambda: g(name)))', true],
  ['a function with a name', '        def h():\n            return g(name)\n        found.append(h)', true],
  ['called at once', '        (lambda: g(name))()', false],
  ['given to what runs it', '        found = sorted(found, key=lambda each: each == name)', false],
  [
    'put into what is made in the round',
    '        own = {}\n        own["a"] = lambda: g(name)\n        run(own)',
    false,
  ],
  ['bound early', '        found.append(lambda name=name: g(name))', false],
])('a function that takes the name of a loop late is told where it outlives its round: %s', async (_, body, isTold) => {
  const text = `def f(names, found):\n    for name in names:\n${body}\n    return found\n`;
  expect((await told('a.py', 'python', text)).some((each) => each.startsWith('B023'))).toBe(isTold);
});

test.each([
  ['the way out is between', 'mu.Lock()\nif a {\nreturn 1\n}\nmu.Unlock()\nreturn 2', true],
  ['of readers', 's.mu.RLock()\nif a {\nreturn 1\n}\ns.mu.RUnlock()\nreturn 2', true],
  ['each way gives it back', 'mu.Lock()\nif a {\nmu.Unlock()\nreturn 1\n}\nmu.Unlock()\nreturn 2', false],
  ['it is deferred', 'mu.Lock()\ndefer mu.Unlock()\nif a {\nreturn 1\n}\nreturn 2', false],
  ['it is deferred in a function', 'mu.Lock()\ndefer func() {\nmu.Unlock()\n}()\nif a {\nreturn 1\n}\nreturn 2', false],
  ['who called gives it back', 'mu.Lock()\nif a {\nreturn 1\n}\nreturn 2', false],
  ['a function within has its own ways out', 'mu.Lock()\ng(func() int {\nreturn 1\n})\nmu.Unlock()\nreturn 2', false],
])('a function of Go that returns with a lock held is told: %s', async (_, body, isTold) => {
  const rules = await told('a.go', 'go', `package m\n\nfunc f(a bool) int {\n${body}\n}\n`);
  expect(rules.some((each) => each.startsWith('lock-kept'))).toBe(isTold);
});

test.each([
  ['between two threads', 'ConcurrentDictionary<string, int> a', 'if (a.ContainsKey(k)) return; a[k] = 1;', true],
  [
    'under a lock',
    'ConcurrentDictionary<string, int> a',
    'lock (o) { if (a.ContainsKey(k)) return; a[k] = 1; }',
    false,
  ],
  ['of one thread', 'Dictionary<string, int> a', 'if (a.ContainsKey(k)) return; a[k] = 1;', false],
  ['another key', 'ConcurrentDictionary<string, int> a', 'if (a.ContainsKey(k)) return; a[j] = 1;', false],
])('a dictionary of many threads that is asked and then set is told: %s', async (_, field, body, isTold) => {
  const text = `class A {\n  readonly ${field} = new();\n  void F(string k, string j) { ${body} }\n}\n`;
  expect((await told('a.cs', 'c-sharp', text)).some((each) => each.startsWith('asked-then-set'))).toBe(isTold);
});
