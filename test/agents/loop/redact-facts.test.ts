/** What is taken out of generated texts and what is not: no fact of a row, and every card, IBAN, address and phone number. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact } from '../../../src/agents/loop/pure/redact.ts';

const all = ['email', 'card', 'phone', 'iban'] as const;
const numRuns = 3000;

const two = (most: number, least = 1) => fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));
const digits = (size: number) => fc.array(fc.nat(9), { minLength: size, maxLength: size }).map((each) => each.join(''));
const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);

/** What stands around it in prose, in a list, in a file and at the ends of lines. */
const around = fc.constantFrom(
  ['', ''],
  ['Seen on ', ' in Leipzig.'],
  ['', ' is due, ok'],
  ['(', ')'],
  ['a\n', '\nb'],
  ['1042,', ',paid'],
  ['Is it ', '?'],
  ['Your visit was ', ' [visit 5].'],
  ['\u00A0', '\u00A0x'],
);
const inText = (thing: fc.Arbitrary<string>) =>
  fc.tuple(around, thing).map(([[before, behind], it]) => ({ before, it, behind, text: before + it + behind }));

const year = fc.integer({ min: 1970, max: 2059 }).map(String);
const date = fc
  .tuple(year, two(12), two(28))
  .chain(([y, m, d]) =>
    oneOf(`${y}-${m}-${d}`, `${y}/${m}/${d}`, `${d}.${m}.${y}`, `${d}/${m}/${y}`, `${d}-${m}-${y}`, `${y}${m}${d}`),
  );
const time = fc
  .tuple(two(23, 0), two(59, 0), two(59, 0), digits(3))
  .chain(([h, m, s, ms]) => oneOf(`${h}:${m}`, `${h}:${m}:${s}`, `${h}:${m}:${s}.${ms}`, `${h}:${m}:${s},${ms}`));
const zone = oneOf('', 'Z', '+01:00', ' +0100', ' +1100', '-05:00', ' UTC', ' UTC+2');
const moment = fc.tuple(date, oneOf(' ', 'T', ', ', ' at '), time, zone).map((parts) => parts.join(''));
const compact = fc.tuple(year, two(12), two(28), two(23, 0), two(59, 0), two(59, 0), oneOf('', '123', '123456'));
const epoch = fc
  .integer({ min: 1_000_000_000, max: 1_999_999_999 })
  .chain((s) => oneOf(`${s}`, `${s}000`, `${s}123`, `${s}123456`, `${s}123456789`));
const between = oneOf(' - ', ' – ', ' to ', ', ', '/', '–', '; ', '-', ' ', '\n');
const range = fc
  .oneof(fc.tuple(date, between, date), fc.tuple(moment, oneOf(' - ', ' to ', '/'), moment))
  .map((parts) => parts.join(''));
const amount = fc
  .tuple(fc.integer({ min: 0, max: 99_999_999 }), oneOf('', 'EUR ', '€', '$ ', '-', '+'))
  .chain(([cents, unit]) => {
    const text = (cents / 100).toFixed(2);
    return oneOf(unit + text, unit + text.replace('.', ','), `${unit}${String(Math.floor(cents / 100))}`);
  });
const list = (of: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(of, { minLength: 2, maxLength: 6 }), oneOf(', ', '; ', '\n', ' and ', ' | '))
    .map(([each, gap]) => each.join(gap));
const order = fc.oneof(
  digits(4),
  digits(5),
  digits(8),
  digits(4).map((n) => `#${n}`),
);
const prefixed = fc
  .tuple(oneOf('ORD-', 'P-', 'INV-2026-', 'DE-', 'order/', 'A'), fc.oneof(digits(8), digits(10), digits(16)))
  .map(([prefix, n]) => prefix + n);
/** The shop's own, UPU S10, UPS and one of twelve digits. */
const tracking = fc.oneof(
  digits(11).map((n) => `NL${n}`),
  digits(9).map((n) => `RR${n}NL`),
  digits(15).map((n) => `1Z${n}A`),
  fc.tuple(oneOf('1', '3', '7', '9'), digits(11)).map(([first, n]) => first + n),
);
const version = fc.tuple(fc.nat(30), fc.nat(99), fc.nat(30_000), oneOf('', '-rc.1', '.1742', '+build.5'));
const named = fc
  .tuple(oneOf('openai@', 'react@v', 'v', '^'), version)
  .map(([name, [a, b, c, d]]) => `${name}${a}.${b}.${c}${d}`);
const hash = fc.stringMatching(/^[0-9a-f]{39}[a-f]$/);
const status = oneOf(
  'in transit',
  'delivered',
  'P-10421',
  'order 1042',
  '12 of 20',
  '3 × 4',
  '10.1234/567-890-1234',
  '2 – 4',
);

const facts = {
  date,
  moment,
  compact: compact.map((parts) => parts.join('')),
  epoch,
  range,
  amount,
  'list of amounts': list(amount),
  'list of order numbers': list(order),
  'list of dates': list(date),
  prefixed,
  tracking,
  uuid: fc.uuid(),
  hash,
  version: named,
  status,
};

test.each(Object.entries(facts))('no fact of a row is taken out: %s', (_what, fact) => {
  fc.assert(
    fc.property(inText(fact), ({ text }) => {
      expect(redact(text, all)).toBe(text);
    }),
    { numRuns },
  );
});

/** The digit behind others with which their Luhn sum is right. */
function checkDigit(body: string): string {
  const found = '0123456789'.split('').find((last) => {
    const sum = (body + last)
      .split('')
      .toReversed()
      .reduce((total, digit, index) => {
        const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
        return total + Math.floor(value / 10) + (value % 10);
      }, 0);
    return sum % 10 === 0;
  });
  return found ?? '';
}

const networks = [
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['36', 14],
  ['305', 14],
  ['3530', 16],
  ['6011', 16],
  ['65', 16],
  ['62', 16],
  ['62', 19],
  ['2204', 16],
  ['6304', 18],
  ['6759', 13],
  ['9792', 16],
] as const;
const gaps = ['', ' ', '-', '\u00A0', '\u202F', '.'] as const;
const card = fc
  .tuple(fc.constantFrom(...networks), digits(19), fc.constantFrom(...gaps))
  .map(([[prefix, length], rest, gap]) => {
    const body = (prefix + rest).slice(0, length - 1);
    const number = body + checkDigit(body);
    const unequal = { 14: /^(.{4})(.{6})(.{4})$/, 15: /^(.{4})(.{6})(.{5})$/ }[length as number];
    return unequal ? number.replace(unequal, `$1${gap}$2${gap}$3`) : number.replaceAll(/(.{4})(?=.)/g, `$1${gap}`);
  });

test('the fraction of a second begins no phone number', () => {
  for (const text of ['1970-01-01 00:00:00,010/20350524 00:00', 'at 18:22:14.030 1234567 bytes'])
    expect(redact(text, all)).toBe(text);
  expect(redact('At 18:22:14 call 030 1234567', all)).toBe('At 18:22:14 call [phone]');
});

test('a card is taken out beside any one number of four digits', () => {
  const besides = fc.tuple(digits(4), fc.constantFrom(' ', '-', '.', '  '), digits(11), fc.boolean());
  fc.assert(
    fc.property(besides, ([number, gap, rest, isBefore]) => {
      const body = `4${rest}${number.slice(0, 3)}`;
      const it = (body + checkDigit(body)).replaceAll(/(.{4})(?=.)/g, `$1${gap}`);
      expect(redact(isBefore ? number + gap + it : it + gap + number, ['card'])).not.toContain(it);
    }),
    { numRuns },
  );
});

/** Countries, what their IBANs have behind the two digits, as the registry writes it: letters, digits. */
const forms = [
  ['DE', 0, 18],
  ['NL', 4, 10],
  ['BE', 0, 12],
  ['NO', 0, 11],
  ['GB', 4, 14],
  ['FR', 0, 23],
  ['AT', 0, 16],
  ['CH', 0, 17],
  ['ES', 0, 20],
  ['PL', 0, 24],
  ['IE', 4, 14],
  ['MT', 4, 23],
  ['LC', 4, 24],
] as const;
const iban = fc
  .tuple(
    fc.constantFrom(...forms),
    fc.stringMatching(/^[A-Z]{4}$/),
    digits(24),
    fc.constantFrom('', ' ', '-', '\u00A0'),
    fc.boolean(),
  )
  .map(([[country, letters, numbers], name, rest, gap, isSmall]) => {
    const bban = name.slice(0, letters) + rest.slice(0, numbers);
    const plain = `${bban}${country}00`
      .split('')
      .map((sign) => Number.parseInt(sign, 36))
      .join('');
    const check = String(98n - (BigInt(plain) % 97n)).padStart(2, '0');
    const whole = `${country}${check}${bban}`.replaceAll(/(.{4})(?=.)/g, `$1${gap}`);
    return isSmall ? whole.toLowerCase() : whole;
  });

const phone = fc.tuple(digits(7), oneOf(' ', '-', '\u00A0', '.')).chain(([n, gap]) => {
  const [a, b] = [n.slice(0, 3), n.slice(3)];
  const tail = `${n.slice(0, 2)}${gap}${n.slice(2, 4)}${gap}${n.slice(4, 6)}`;
  return oneOf(
    `+49 30 ${n}`,
    `+49${gap}(0)30${gap}${n}`,
    `+31${gap}6${gap}1${n}`,
    `+316 1${n}`,
    `+33${gap}6${gap}12${gap}${tail}`,
    `06${gap}12${gap}${tail}`,
    `+44${gap}20${gap}7${a}${gap}${b}`,
    `+1${gap}415${gap}2${a.slice(1)}${gap}${b}`,
    `(415)${gap}2${a.slice(1)}-${b}`,
    `415${gap}2${a.slice(1)}${gap}${b}`,
    `0049${gap}30${gap}1${n}`,
    `030/${n}`,
    `(030) ${n}`,
    `0171${gap}${n}`,
    `0612${n.slice(0, 6)}`,
  );
});

const email = fc
  .tuple(
    oneOf('ada', 'ada.lovelace', 'o’neil', 'jürgen', 'x+shop', 'a_b', '12345'),
    oneOf('mail.example', 'bücher.example', 'a-b.co.uk', 'xn--bcher-kva.example', 'x.museum', 'mail.xn--p1ai'),
  )
  .map(([name, host]) => `${name}@${host}`);

test.each([
  ['card', card],
  ['iban', iban],
  ['phone', phone],
  ['email', email],
] as const)('all personal data is taken out and no word beside it: %s', (kind, thing) => {
  fc.assert(
    fc.property(inText(thing), ({ before, it, behind, text }) => {
      const left = redact(text, all);
      const kept = kind === 'email' && it.includes('’') ? 'o’' : '';
      expect(left).toBe(`${before}${kept}[${kind}]${behind}`);
      expect(redact(left, all)).toBe(left);
    }),
    { numRuns },
  );
});
