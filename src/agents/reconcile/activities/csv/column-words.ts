/** Columns by a word in their names, for a header that has none of the usual ones: `Data Registrazione`, `Date (UTC)`. */
import type { CsvColumn } from '../../pure/csv-format.ts';

/** What a word in a name may say. */
export const guessable = ['date', 'amount', 'debit', 'credit'] as const satisfies readonly CsvColumn[];
type Guessable = (typeof guessable)[number];

export function isGuessable(column: CsvColumn): column is Guessable {
  return guessable.some((each) => each === column);
}

const words: Readonly<Record<Guessable, RegExp>> = {
  date: /(?:^| )(?:\p{L}{0,20}(?:date|datum|dato|päivä|dag|day)|data|fecha|dátum|дата|tarih|tarihi)(?: |$)/u,
  amount:
    /(?:^| )(?:amount|amt|betrag|belopp|beløb|beløp|bedrag|montant|montante|importe|importo|valor|kwota|suma|summa|сумма|tutar|tutarı|objem|částka|összeg)(?: |$)/u,
  debit:
    /(?:^| )(?:debits?|débits?|débito|dare|uscite|withdrawals?|soll|belastung|obciążenia|cargos?|расход|borç|út|výdaj)(?: |$)/u,
  credit:
    /(?:^| )(?:credits?|crédits?|crédito|avere|entrate|deposits?|haben|gutschrift|uznania|abonos?|приход|alacak|příjem)(?: |$)/u,
};
/** Amounts of another thing, or what the account has. */
const others = /balance|saldo|solde|fee|original|tax|rate|kurs|running|zůstatek|bakiye|остаток/u;
/** What may be spent or is still to be paid, and what says of which kind an amount is. */
const noAmounts = /limit|available|outstanding|flag|indicator|type|(?:^| )code(?: |$)/u;
/** Who the money is taken from, or given to. */
const accounts = /account|konto|cuenta|compte|iban|card|number|nummer|name|currency/u;
/** Days on which money counts, or is paid, beside that on which it is booked. */
const otherDays = /valu|valeur|valor|settle|effective|ränte|rente|rozlicz|odpis|due|splatn/u;

/** The position of the column, or undefined where no name says it or several do. @param names of all columns */
export function positionByWord(column: Guessable, names: readonly string[]): number | undefined {
  const plain = names.map((name) =>
    name
      .slice(0, 100)
      .toLowerCase()
      .replaceAll(/[^\p{L}]+/gu, ' '),
  );
  const found = plain.flatMap((name, position) => (isNamed(column, name) ? [position] : []));
  // Several dates are usual, and the first is that of the booking.
  if (column === 'date') return found.find((position) => !otherDays.test(plain[position] ?? '')) ?? found[0];
  return found.length === 1 ? found[0] : undefined;
}

/** `Fecha valor` is a date, and what is both debit and credit says which of them the amount beside it is. */
function isNamed(column: Guessable, name: string): boolean {
  if (!words[column].test(name) || others.test(name)) return false;
  if (column === 'date') return true;
  if (words.date.test(name) || noAmounts.test(name)) return false;
  return column === 'amount' || !(accounts.test(name) || (words.debit.test(name) && words.credit.test(name)));
}
