/** Secrets are found, and are in nothing that a report or a model is given. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
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
  for (const line of [
    'password = "your-password-here"',
    'password = "********"',
    'token = "${TOKEN}"',
    'const secretName = "application-settings"',
    'passwordField = "input.password-field"',
    'url = "https://user:password@example.com"',
    'apiKey: "<your key>"',
  ])
    expect(found(line), line).toEqual([]);
});

test('of a private key nothing but its first line is shown', () => {
  const key = ['a', '-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', 'IBAAK', '-----END RSA PRIVATE KEY-----', 'b'];
  expect(masked(key)).toEqual(['a', key[1], '[secret]', '[secret]', '[secret]', 'b']);
});

test('masking keeps the number of lines, and takes a moment for the longest of them', () => {
  const hostile = [
    'eyJ'.repeat(2000),
    'sk-'.repeat(2000),
    'password='.repeat(700),
    'a://b:'.repeat(1000),
    '"'.repeat(6000),
  ];
  const started = process.cpuUsage();
  expect(masked(hostile)).toHaveLength(hostile.length);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
});
