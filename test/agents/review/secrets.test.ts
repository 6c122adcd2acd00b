/** Secrets are found, and are in nothing that a report or a model is given. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textRules } from '../../../src/agents/review/activities/text.ts';
import { maskedHunk } from '../../../src/agents/review/pure/masked-hunk.ts';
import { hunksOf } from '../../../src/agents/review/pure/patch.ts';
import { masked, secretsIn } from '../../../src/agents/review/pure/secrets.ts';

const upper = fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'));
const any = fc.constantFrom(...Array.from('abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVW23456789'));
const of = (unit: fc.Arbitrary<string>, length: number): fc.Arbitrary<string> =>
  fc.string({ unit, minLength: length, maxLength: length }).filter((text) => !/(.)\1{5}|x{4}|your|example/i.test(text));

test.each([
  ['aws-access-key', of(upper, 16).map((text) => `AKIA${text}`)],
  ['github-token', of(any, 36).map((text) => `ghp_${text}`)],
  ['gitlab-token', of(any, 20).map((text) => `glpat-${text}`)],
  ['slack-token', of(any, 24).map((text) => `xoxb-${text}`)],
  ['stripe-key', of(any, 24).map((text) => `sk_live_${text}`)],
  ['model-key', of(any, 40).map((text) => `sk-proj-${text}`)],
  ['google-key', of(any, 35).map((text) => `AIza${text}`)],
  ['npm-token', of(any, 36).map((text) => `npm_${text}`)],
  ['huggingface-token', of(any, 34).map((text) => `hf_${text}`)],
  ['telegram-token', of(any, 33).map((text) => `123456789:AA${text}`)],
  ['grafana-token', of(any, 40).map((text) => `glsa_${text}`)],
])('a %s is found wherever it stands, and masked', (rule, secret) => {
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom(['', ''], ['key = "', '"'], ['// ', ' is ours'], ['a:', ',']),
      (text, [before = '', after = '']) => {
        const line = before + text + after;
        expect(secretsIn(line).map((found) => found.rule.rule)).toContain(rule);
        expect(masked([line]).join('')).not.toContain(text);
      },
    ),
  );
});

test('passwords are told from words that stand where passwords do', () => {
  const found = (line: string): string[] => secretsIn(line).map(({ rule }) => rule.rule);
  expect(found('password = "hunter2-Kq93xPz"')).toEqual(['password']);
  expect(found('url = "postgres://app:Kq93xPz81m@db.internal/app"')).toEqual(['password-in-address']);
  // Chance makes words, but no long ones.
  expect(found('password = "K7yJpp5QnKhf1QsRnfV2"')).toEqual(['password']);
  for (const line of [
    'password = "your-password-here"',
    'password = "********"',
    'token = "${TOKEN}"',
    'const secretName = "application-settings"',
    'passwordField = "input.password-field"',
    'ACCESS_TOKEN = "https://slack.com/api/oauth.v2.access"',
    'AUTH_PASSWORD = "backends.oidc2.OIDCAuthPasswordBackend"',
    '<div class="sk-spinner sk-spinner-rotating-plane-2"></div>',
    'url = "https://user:password@example.com"',
    'apiKey: "<your key>"',
    "K8S_ADM_ONLY_SECRETS = 'k8s-admin-only-secrets'",
    'DeleteK8sRegistrySecrets = "DeleteRegistryK8sRegistrySecrets"',
    'tokenKind: "oauth2AccessToken"',
    '"oauth_client_secret": "\\u0645\\u062d\\u0631\\u0645\\u0627\\u0646\\u0647"',
    '"oauth_client_secret": "OAuth2クライアントの秘密鍵1"',
    "'password' => 'required|string|min:16|secure_password|confirmed'",
    'CRON_TOKEN="PLEASE_REPLACE_WITH_32_CHAR_CODE"',
  ])
    expect(found(line), line).toEqual([]);
});

test.each([
  'CorrectHorseBatteryStaple1',
  'Hunter2Password',
  'Irreplaceable#2024!',
  'Replace-Kq93xPz81m',
  'Пароль_9f8Kx7Qz2',
  String.raw`\u0070a55word!X9q`,
  'k8s-admin-only-secrets',
])('what a report may take for a name is masked all the same: %s', (secret) => {
  expect(masked([`password = "${secret}"`])).toEqual(['password = "[secret]"']);
});

test('what a column, a header or a field of a password is called is no finding, and is masked as it may be one', () => {
  for (const line of [
    `'otp_secret_column' => 'google2fa_secret',`,
    `password_field: "enc_pw_hash9"`,
    `tokenHeader = 'x-api-token-v2'`,
  ])
    expect([line, secretsIn(line)]).toEqual([line, []]);
  expect(secretsIn(`secret_column_key: 'kX82hdQ0s1Lp'`)).toHaveLength(1);
  expect(masked([`tokenHeader = 'kX82hdQ0s1Lp'`])).toEqual([`tokenHeader = '[secret]'`]);
});

test('a password that holds a word, or one letter of another script, is reported', () => {
  for (const secret of ['Irreplaceable#2024!', 'Kq93xPz81mЖ', String.raw`\u0070a55word!X9q`])
    expect(
      secretsIn(`password = "${secret}"`).map(({ rule }) => rule.rule),
      secret,
    ).toEqual(['password']);
});

test('a key of Base64 that begins with a slash is no path, and a key of a model is found in documents too', () => {
  const key = '/Ab3dE9fGh1JkLm2NoPq3RsTu4VwXy5Za6';
  expect(masked([`api_key = "${key}"`]).join('')).not.toContain(key);
  for (const path of ['/run/secrets/db-password-2', '/api/v1/token/refresh', '/etc/ssl/private/key-2048.pem'])
    expect(secretsIn(`api_key = "${path}"`), path).toEqual([]);
  const model = textRules('README.md', 'markdown', ['Start it with sk-proj-Kq93xPz81mWq20Kq93xPz81m.']);
  expect(model.map(({ rule }) => rule)).toEqual(['model-key']);
  expect(textRules('README.md', 'markdown', ['password = "hunter2-Kq93xPz"'])).toEqual([]);
});

test('a signed token in a document, or in the description of an interface, is an example, and one in code is none', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MSwidXNlcm5hbWUiOiJhZG1pbiJ9.NJ6vE8FY1WG6jsRQzfMqeatJ4vh2TWAeeYfDhP71YEE';
  const said = (path: string): string[] => textRules(path, 'yaml', [`  Bearer ${token}`]).map(({ rule }) => rule);
  for (const path of ['api/description.md', 'docs/a.adoc', 'api/swagger.yaml', 'openapi.v1.json', 'api-swagger-2.yml'])
    expect(said(path), path).toEqual([]);
  expect(said('config.yaml')).toContain('authorization');
});

test('in data a name and a value need no quotes, and are masked wherever they stand', () => {
  const found = (path: string, language: string, line: string): string[] =>
    textRules(path, language, [line]).map(({ rule }) => rule);
  const lines = [
    ['.env', 'data', 'DB_PASSWORD=hunter2Kq93xPz'],
    ['.env', 'data', 'export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI7K7MDENGbPxRfiCY1'],
    ['a.yaml', 'yaml', '  apiKey: 9f8e7d6c5b4a39281706f5e4'],
    ['Dockerfile', 'dockerfile', 'ENV API_TOKEN Kq93xPz81mWq20'],
    ['a.sh', 'bash', 'export TOKEN=Kq93xPz81mWq20 # ours'],
    ['a.properties', 'data', 'spring.datasource.password=Kq93xPz81mWq20'],
    ['a.yaml', 'yaml', '  Authorization: Bearer Kq93xPz81mWq20Kq93xPz81mW'],
  ] as const;
  for (const [path, language, line] of lines) {
    expect(found(path, language, line), line).toHaveLength(1);
    expect(masked([line])[0], line).toContain('[secret]');
  }
  for (const line of [
    'secretName: my-application-secret2',
    'token: ${{ secrets.NPM_TOKEN_2 }}',
    'password: {{ vault_password_1 }}',
    'TOKEN=$(cat token2.txt)',
    'tokenizer: bert-base-uncased-v2',
    'max_tokens: 100000000000',
  ])
    expect(found('a.yaml', 'yaml', line), line).toEqual([]);
  // In code the same form is an expression.
  expect(found('a.py', 'python', 'token = makeToken2Now8x')).toEqual([]);
});

test('code that only speaks of a private key is shown, and one in JSON is found', () => {
  const code = ["if (text.startsWith('-----BEGIN PRIVATE KEY')) {", '  return read(text);', '}'];
  expect(masked(code)).toEqual(code);
  const json = String.raw`  "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n",`;
  expect(textRules('a.json', 'data', [json]).map(({ rule }) => rule)).toContain('private-key');
  expect(masked([json])[0]).not.toContain('MIIE');
});

test('of a private key nothing but its first line is shown', () => {
  const key = [
    'a',
    '-----BEGIN RSA PRIVATE KEY-----',
    'MIIEowIBAAKCAQEAxxyyzz',
    'IBAAK',
    '-----END RSA PRIVATE KEY-----',
    'b',
  ];
  expect(masked(key)).toEqual(['a', key[1], '[secret]', '[secret]', '[secret]', 'b']);
});

test('masking keeps the number of lines, and takes a moment for the longest of them', () => {
  const hostile = [
    'eyJ'.repeat(2000),
    'sk-'.repeat(2000),
    'password='.repeat(700),
    'a://b:'.repeat(1000),
    '"'.repeat(6000),
    // A mark of comments may be a part of a password.
    ...Array<string>(600).fill(`${'secret'.repeat(9)}     ${'#'.repeat(200)}${'x'.repeat(600)}`),
  ];
  const started = process.cpuUsage();
  expect(masked(hostile)).toHaveLength(hostile.length);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
});

test('no line of a private key is in a hunk, wherever the hunk begins and whichever side it is of', () => {
  const key = [
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: 60 }, (_, index) => `${index}`.padStart(2, '0') + 'MIIEowIBAAKCAQEAq'.repeat(3)),
    '-----END RSA PRIVATE KEY-----',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a = 1', 'b = 2', ''), { maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 4 }),
      (above, at, count) => {
        const file = [...above, ...key];
        const from = above.length + at;
        const taken = file.slice(from, from + count).filter((line) => !line.startsWith('-----END'));
        const patch = [
          '--- a/k.py',
          '+++ b/k.py',
          `@@ -${from + 1},${taken.length} +${from},0 @@`,
          ...taken.map((line) => `-${line}`),
          '',
        ].join('\n');
        const lines = hunksOf(patch).get('k.py')?.[0]?.lines ?? [];
        const after = file.filter((_, index) => index < from || index >= from + taken.length);
        const shown = maskedHunk(lines, { before: file.join('\n'), after: after.join('\n') });
        expect(shown.map(({ text }) => text)).toEqual(taken.map(() => '[secret]'));
        // As it was before the change nothing is known of it.
        expect(JSON.stringify(maskedHunk(lines, { before: undefined, after: undefined }))).not.toContain('MIIE');
      },
    ),
  );
});

const secret = 'Kq93xPz81mWq20Rt';

test.each([
  ['a password among the settings of a database', `conn = "Server=db;User ID=sa;Password=${secret};Encrypt=true"`],
  ['a password of an address with a short host', `DATABASE_URL=mysql://u:${secret}@h/x`],
  ['a name and password of curl', `exec("curl -u bob:${secret} https://a.example")`],
  ['a password of mysql', `mysql -u root -p${secret} shop`],
  ['a name and password in Base64', `{"auths":{"r":{"auth":"${btoa(`bob:${secret}`)}"}}}`],
  ['a key in Base64', `blob = atob("${btoa('AKIA7KYWHJPMC9CUHY39')}")`],
  ['a key of Twilio', 'sid = "SK0ca923732881584d8c4fa2815d280282"'],
])('%s is found and masked', (_, line) => {
  expect(secretsIn(line)).toHaveLength(1);
  expect(masked([line]).join('')).toContain('[secret]');
  expect(masked([line]).join('')).not.toMatch(/Kq93|QUtJ|Ym9i|SK0ca/);
});

test.each([
  `ds.setPassword("${secret}");`,
  `hmac_key = bytes.fromhex("cc2bd818319478da6bd0c621de49f145")`,
  `PGPASSWORD=${secret} psql -h x`,
  `echo "//registry.example/:_authToken=${secret}" > .npmrc`,
  `echo "machine x login y password ${secret}" > .netrc`,
  `<a><password>${secret}</password></a>`,
  "db.connect({ password: 'hunt3r' })",
])('what may be a secret is masked, though nothing is said of it: %s', (line) => {
  expect(secretsIn(line)).toEqual([]);
  expect(masked([line]).join('')).not.toMatch(/Kq93|cc2bd|hunt3r/);
});

test.each([
  'token = fetchTokenV2(request)',
  'call(token=oauth2AccessToken, key=primary_key_2)',
  'if (password.length < 12) throw new PasswordTooShort2(password);',
  '<input type="password" name="user2password" />',
  'const digest = "sha512-abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJ==";',
  '"labels": { "password": "Passwort", "token": "Schlüssel" }',
])('what only speaks of secrets is shown: %s', (line) => {
  expect(secretsIn(line)).toEqual([]);
  expect(masked([line])).toEqual([line]);
});

test('a private key of PGP is reported and masked', () => {
  const lines = [
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    '',
    `${secret}${secret}`,
    '-----END PGP PRIVATE KEY BLOCK-----',
  ];
  expect(textRules('a.py', 'python', lines).map(({ rule }) => rule)).toEqual(['private-key']);
  expect(masked(lines).join('')).not.toContain(secret);
});

test.each([
  ['Dockerfile', 'dockerfile', 'ENV PASSWORD_ACCESS=true', []],
  ['Dockerfile', 'dockerfile', 'ENV TOKEN_SECONDS="3600"', []],
  ['Dockerfile', 'dockerfile', 'ENV USER_PASSWORD=trueNorth9', ['secret-in-image']],
  ['Dockerfile', 'dockerfile', 'ADD https://git.example/a.git#v1.2 .', []],
  ['Dockerfile', 'dockerfile', 'ADD https://git.example/a.git .', []],
  ['Dockerfile', 'dockerfile', 'ADD https://a.example/tool.gitx .', ['add-remote']],
  ['api/openapi/next.yaml', 'yaml', "  password: 'G00dp455word!'", []],
  ['api/next.yaml', 'yaml', "  password: 'G00dp455word!'", ['password']],
  ['a.yaml', 'yaml', `  address: ${Buffer.from('tcp://127.0.0.1:5705').toString('base64')}`, []],
  ['a.yaml', 'yaml', `  id: ${Buffer.from('Order:3fa85f64-5717-4562-b3fc-2c963f66afa6').toString('base64')}`, []],
  ['a.yaml', 'yaml', `  auth: ${Buffer.from('deploy:Kq93xPz81mWq20').toString('base64')}`, ['encoded']],
])(
  'settings and addresses that are no secret are not told, and what is one is: %s as %s %s',
  (path, language, line, rules) => {
    expect(textRules(path, language, [line]).map(({ rule }) => rule)).toEqual(rules);
  },
);
