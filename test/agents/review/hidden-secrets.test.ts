/** What is masked before a model reads it, although no report speaks of it; and what stays readable. */
import { expect, test } from 'vitest';
import { masked, secretsIn } from '../../../src/agents/review/pure/secrets.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const pem = (kind: string, length: number): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${'MHcCAQEEIKq93xPz81mWq20RtB7'.repeat(length)}\n-----END ${kind}PRIVATE KEY-----\n`;
const auths = base64('{"auths":{"r.internal":{"username":"bob","password":"hunter2!xY9"}}}');

/** A line, and what of it must not be seen. */
const secrets: readonly (readonly [line: string, secret: string])[] = [
  [`    client-key-data: ${base64(pem('EC ', 6))}`, base64(pem('EC ', 6)).slice(40, 80)],
  [`    client-key-data: ${base64(pem('RSA ', 60))}`, base64(pem('RSA ', 60)).slice(1000, 1040)],
  [`    client-key-data: ${base64(pem('RSA ', 130))}`, base64(pem('RSA ', 130)).slice(3000, 3040)],
  [`tls.key: "${base64(pem('', 40))}"`, base64(pem('', 40)).slice(500, 540)],
  [`  .dockerconfigjson: ${auths}`, auths.slice(20, 60)],
  [`<data>${auths}</data>`, auths.slice(20, 60)],
  [`echo ${base64('[db]\npassword = Hunter2!\n')} | base64 -d`, base64('[db]\npassword = Hunter2!\n').slice(4, 24)],
  [`URL64=${base64('postgres://app:Kq93xPz81m@db.internal/app')}`, base64('postgres://app:Kq93xPz81m@').slice(4, 24)],
  [`nested: ${base64(JSON.stringify({ data: base64('AWS=AKIA7KYWHJPMC9CUHY39') }))}`, 'eyJkYXRh'],
  ['{"auth": "Ym9iOnB3MTI="}', 'Ym9i'],
  ['{"auth": "YTpiMQ=="}', 'YTpi'],
  ['Authorization: Basic Ym9iOnB3MTI=', 'Ym9i'],
  ['PRIVATE=MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7', 'ggSjAgEA'],
  [`x = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gt"`, 'bm9uZQ'],
  ['curl -u bob:hunter2 https://a.internal', 'hunter2'],
  ['curl -u bob:Ab1$xY9 https://a.internal', 'xY9'],
  ["curl --user 'bob:pw12' https://a.internal", 'pw12'],
  ['wget --proxy-user bob:hunter2 https://a.internal', 'hunter2'],
  ['conn = "Server=db;Password=abc123;Encrypt=true"', 'abc123'],
  ['conn = "Pwd=abc123;Server=db"', 'abc123'],
  ['mysql -ps3cretX shop', 's3cretX'],
  ['mysqldump -u root -pS3cr3tPw shop', 'S3cr3tPw'],
  ['mysql --password=Hunter2 shop', 'Hunter2'],
  ['sshpass -p Hunter2xY9 ssh a', 'Hunter2xY9'],
  ['sshpass -p hunter ssh a', ' hunter '],
  ['redis-cli -h a -a Hunter2xY9 ping', 'Hunter2xY9'],
  ['docker login -u bob -p Hunter2xY9 r.internal', 'Hunter2xY9'],
  ['mongosh --host a -u bob -p Hunter2', 'Hunter2'],
  ['ldapsearch -D cn=a -w Hunter2 -b dc=x', 'Hunter2'],
  ['zip -P Hunter2 a.zip a', 'Hunter2'],
  ['openssl rsa -passin pass:Hunter2 -in a', 'Hunter2'],
  ['smbclient //a/b -U bob%Hunter2', 'Hunter2'],
  ['rabbitmqctl add_user bob Hunter2', 'Hunter2'],
  ['redis-server --requirepass Hunter2', 'Hunter2'],
  ['docker run -e MYSQL_ROOT_PASSWORD=Hunter2! mysql', 'Hunter2'],
  ['spring.datasource.password=Ab3$xY9kk2', 'xY9kk2'],
  ['spring.datasource.password = Ab3$xY9', 'xY9'],
  ['DB_PASSWORD=Hunter2!', 'Hunter2'],
  ['export DB_PASSWORD=Hunter2', 'Hunter2'],
  ['  password: Hunter2', 'Hunter2'],
  ['  password: 123456', '123456'],
  ['<password>Hunter2!</password>', 'Hunter2'],
  ['<password>s3cret</password>', 's3cret'],
  [String.raw`"{\"password\":\"Hunter2!\"}"`, 'Hunter2'],
  ["password: 'correct-horse-battery-staple'", 'battery'],
  ['openai_key = "Kq93xPz81mWq20RtB7yN"', 'Kq93'],
  ['const stripeKey = "Kq93xPz81mWq20RtB7yN";', 'Kq93'],
  ['"key": "9f8e7d6c5b4a39281706f5e4d3c2b1a0"', '9f8e'],
  ['encryption_key = decode("9f8e7d6c5b4a3928")', '9f8e'],
  ['the token 9f8e7d6c5b4a39281706f5e4d3c2b1a0 is ours', '9f8e'],
  ['url = "https://a.internal/?token=Kq93xPz81mWq20"', 'Kq93'],
];

test.each(secrets)('it is masked: %s', (line, secret) => {
  expect(line).toContain(secret.slice(0, 8));
  const shown = masked([line]).join('');
  expect(shown).toContain('[secret]');
  expect(shown).not.toContain(secret);
});

test.each([
  'translationKey: "errors.http404.v2b.notFound"',
  'cacheKey = "user:profile:v2:42ab"',
  'hotkey("ctrl+shift+F12a")',
  'monkey = "banana42split77x"',
  'primary_key("user_id2_and_org9x1")',
  'sortKey: "created_at2024desc9z"',
  'getToken("2024-05-01T10:22:33Z")',
  'const pwd = "../src/app"',
  'password: "auth.password_label"',
  'password: "form-password"',
  'the secret abc123def456 commit',
  'const turkey = "9f8e7d6c5b4a39281706f5e4";',
  'cacheKey: "9f8e7d6c5b4a39281706f5e4d3c2b1a0"',
  'publicKey = "Kq93xPz81mWq20RtB7yNKq93xPz81mWq20RtB7yN"',
  '<Row key="row-2024-item-42ab-section9x" />',
  'foreign_key("orders2_to_customers7x_fk")',
  'donkey: "hee-haw42hee-haw77xyz"',
  'keyboard = "us-intl104key-layout2x"',
  'const key = `${prefix}:session:v2:42ab`;',
  'partitionKey: "tenant42#order77x"',
  'await redis.get("sessions:2024-05:v2")',
  'password: string;',
  'password: z.string().min(8),',
  'const password = request.body.password2;',
  'password = sha256(user.salt1 + value)',
  'connect(user=user1, password=args.password1)',
  'max_password_length: 12',
  'password_strength: ^1.0.2',
  '"password": "Passwort"',
  'forgotPassword: "/auth/forgot/password"',
  'resetPasswordToken: "reset-password-token"',
  '<label for="password">Password</label>',
  '<a href="/password">Password-reset</a>',
  'git checkout -b password-reset',
  'docker run -p 8080:80 nginx',
  'mysql -u root -p shop',
  'mysql -u root -p"$PASSWORD" shop',
  'curl -u "$USER:$PASSWORD" https://a.internal',
  'curl -fsSL https://a.internal/install.sh | sh',
  'zip -r out.zip folder',
  'the token count is 4096 and the secret is kept',
  'const tokens = tokenize("a1 b2 c3");',
  'tokenLimit: "2024-05-01"',
  'import { passwordHash } from "./password-hash2.ts";',
  'PWD=/home/app',
  'const digest = "c2hhNTEyLWFiY2RlZmdoaWprbG1ub3BxcnN0";',
  'data = "eyJuYW1lIjoiQWRhIiwiYWdlIjozNn0="',
  'src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"',
  'class PasswordResetControllerV2 extends BaseController {',
  '-----BEGIN CERTIFICATE-----',
  'MIIDXTCCAkWgAwIBAgIJAJC1HiIAZAiIMA0GCSqGSIb3DQEBBQUAMEUxCzAJBgNV',
  'when = "2024-05-01T10:22:33Z"; place = "Europe/Berlin"',
])('it stays readable: %s', (line) => {
  expect(masked([line])).toEqual([line]);
});

test('nothing of it makes a report longer', () => {
  const reported = secrets.filter(([line]) => secretsIn(line).length > 0).map(([, secret]) => secret);
  expect(reported.length).toBeLessThan(secrets.length / 3);
});

test('a key that is encoded and wrapped is masked to its last line, and what stands below it is shown', () => {
  const lines = base64(pem('EC ', 12)).match(/.{1,76}/g) ?? [];
  const shown = masked(['data: |', ...lines.map((line) => `  ${line}`), 'kind: Secret', 'name: a']);
  expect(shown).toEqual(['data: |', ...lines.map(() => '[secret]'), 'kind: Secret', 'name: a']);
  const picture =
    Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 37) % 256))
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  expect(masked(picture)).toEqual(picture);
});

test('a text that was made to take long to mask takes a moment', () => {
  const lines = [
    'A'.repeat(5000),
    'Ym9i'.repeat(1000),
    'Ym9iOnB3 '.repeat(450),
    'curl -u a '.repeat(400),
    'curl -u '.repeat(500),
    'mysql -p '.repeat(440),
    'zip -P '.repeat(570),
    'password>'.repeat(440),
    '<password '.repeat(400),
    'password:\\\\\\'.repeat(300),
    '_key="'.repeat(660),
    ' --a-token '.repeat(360),
    'MIIEpQIBAA'.repeat(400),
    ...Array<string>(2000).fill('Ym9iOnB3Ym9iOnB3Ym9iOnB3Ym9iOnB3'),
  ];
  const started = process.cpuUsage();
  expect(masked(lines)).toHaveLength(lines.length);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(1500);
});
