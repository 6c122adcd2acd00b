/** What is beside a finding, or a file's first line, says of it: keys that are none, checks that a setting turns off, scripts without an ending. */
import { expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { folder } from './folders.ts';

const { checkFile, planReview } = createReviewActivities({});

const chance = ['kX82hdQ0s1LpV9bTz4Rm', 'wE7yUi3oAqSdFgHj'].join('');
const github = `ghp_${chance}`;
const firebase = `"AIza${chance.slice(0, 35)}"`;
const search = "apiKey: '4f9d0c2b7a6e8135d0c9b2a7e6f81354',";
test.each([
  [
    'an example of the pattern above it',
    'a.rs',
    `const A: (&str, &str) = ("ghp_[a-zA-Z0-9]{36}",\n  "${github}");\n`,
    0,
  ],
  ['what a comment says is none', 'a.go', `key := "${github}" // not a real token\n`, 0],
  ['a name that says so is no comment', 'a.go', `fake := "${github}"\n`, 1],
  ['a key in the order of the alphabet', 'a.go', 'key := "ghp_1234567890abcdefghijklmnopqrstuvwx00"\n', 0],
  ['a key of Firebase for an app', 'app/google-services.json', `{"current_key": ${firebase}}\n`, 0],
  ['a key of Firebase for a page', 'a.js', `f({\n  apiKey: ${firebase},\n  authDomain: 'a.firebaseapp.com' });\n`, 0],
  ['a key of Google elsewhere', 'a.js', `f(${firebase});\n`, 1],
  ['a key that may only search', 'a.js', `algolia: {\n  ${search}\n}\n`, 0],
  ['a key that may write', 'a.js', `algolia: {\n  ${search.replace('api', 'adminApi')}\n}\n`, 1],
  ['what a key is known by', 'a.rb', '"private_key_id": "9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6"\n', 0],
  ['an address of Slack in words', 'a.rb', 'x = "https://hooks.slack.com/services/some/random/characters"\n', 0],
  [
    'an address of Slack',
    'a.rb',
    `x = "https://hooks.slack.com/services/T02K4Q9ZX/B03L8W1PM/${chance.slice(0, 24)}"\n`,
    1,
  ],
  [
    'a check that a setting turns off',
    'a.cs',
    'if (DisableCertificateCheck)\n{\n    h.ServerCertificateValidationCallback = (s, c) => true;\n}\n',
    0,
  ],
  ['a check that is off', 'a.cs', 'if (ready)\n{\n    h.ServerCertificateValidationCallback = (s, c) => true;\n}\n', 1],
  [
    'a check that a setting turns off in place',
    'a.js',
    'const o = {\n  tls: s.allowSelfSigned\n    ? {\n        rejectUnauthorized: false,\n      }\n    : undefined,\n};\n',
    0,
  ],
  [
    'a loader made of a safe one',
    'a.py',
    'import yaml\nclass Own(yaml.SafeLoader):\n    pass\ny = yaml.load(open("a"), Loader=Own)\n',
    0,
  ],
  [
    'a loader made of another',
    'a.py',
    'import yaml\nclass Own(yaml.Loader):\n    pass\ny = yaml.load(open("a"), Loader=Own)\n',
    1,
  ],
  [
    'an output in tests within the source',
    'a.rs',
    'fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() { dbg!(1); }\n}\n',
    0,
  ],
  ['an output behind such tests', 'a.rs', '#[cfg(test)]\nmod tests {\n    fn g() {}\n}\nfn f() { dbg!(1); }\n', 1],
  ['an output behind an import for tests', 'a.rs', '#[cfg(test)]\nuse a::b;\nfn f() { dbg!(1); }\n', 1],
  ['a direction in a translation of Android', 'res/values-ar/strings.xml', '<string>\u202A\u0645\u0646</string>\n', 0],
] as const)('%s is told or not by what is beside it', async (_, path, text, told) => {
  const root = await folder({ [path]: text });
  const plan = await planReview({ root, model: false });
  const [file] = plan.files;
  expect(file).toBeDefined();
  const { findings } = await checkFile({ root: plan.root, file: file! });
  expect(findings.filter(({ rule }) => rule !== 'unused').map(({ rule }) => rule)).toHaveLength(told);
});

test('a script without an ending is read as its first line says, and other files without one are not', async () => {
  const root = await folder({
    run: '#!/bin/sh\nrm -rf $x/y\n',
    tool: '#!/usr/bin/env python3\nx = 1\n',
    LICENSE: 'MIT\n',
  });
  const plan = await planReview({ root, model: false });
  expect(plan.files.map(({ path, language }) => [path, language])).toEqual([
    ['run', 'bash'],
    ['tool', 'python'],
  ]);
  expect(plan.skipped).toMatchObject([{ reason: 'in no language that is reviewed here', paths: ['LICENSE'] }]);
});

test.each([
  ["import cp from 'node:child_process';\ncp.exec('ping ' + req.query.host);\n", 1],
  ["import cp from 'node:child_process';\ncp.exec('ping ' + req.query.host, { timeout: 5 }, () => {});\n", 1],
  ["require('child_process').exec('ping ' + req.query.host);\n", 1],
  ['require(`child_process`).exec(`ping ${req.query.host}`);\n', 1],
  [
    "import { exec } from 'node:child_process';\nconst name = url.searchParams.get('name');\nexec('ping ' + name);\n",
    1,
  ],
  ["import { exec } from 'node:child_process';\nexec('ping ' + '-c 1');\n", 0],
  ["export const found = (re, host) => re.exec('a' + host);\n", 0],
] as const)(
  'a command that is joined from what a stranger sent is told however it is written: %s',
  async (text, told) => {
    const root = await folder({ 'a.js': text });
    const { findings } = await checkFile({ root, file: { path: 'a.js', language: 'javascript', parts: [0] } });
    expect(findings.filter(({ rule }) => rule === 'shell-command')).toHaveLength(told);
  },
);

test('a key in a file of keys, of variables or of a notebook is found, and no model is asked of such a file', async () => {
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${chance}${chance}\n-----END OPENSSH PRIVATE KEY-----\n`;
  const files = {
    'deploy.pem': key,
    id_ed25519: key,
    'prod.tfvars': `db_password = "${chance}"\n`,
    'a.ipynb': `{"source": ["key = '${github}'"]}\n`,
    kubeconfig: `token: ${chance}\n`,
    'certificate.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  };
  const root = await folder(files);
  const plan = await planReview({ root, model: false });
  const found = await Promise.all(plan.files.map((file) => checkFile({ root: plan.root, file })));
  expect(found.flatMap(({ findings }) => findings.map(({ path }) => path)).toSorted()).toEqual(
    ['deploy.pem', 'id_ed25519', 'prod.tfvars', 'a.ipynb', 'kubeconfig'].toSorted(),
  );
  expect(plan.files.flatMap(({ parts }) => parts)).toEqual([]);
});
