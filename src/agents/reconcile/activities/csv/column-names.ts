/** The names that ledgers and banks give their columns, in the languages and scripts that they write. */
import type { CsvColumn } from '../../pure/csv-format.ts';
import { currencySigned, isCurrency } from '../values.ts';

/** The first that a header has is taken. */
const given: Readonly<Record<CsvColumn, string>> = {
  date:
    'date, booking date, posting date, transaction date, posted, post date, buchungstag, buchungsdatum, datum, value date, ' +
    'valuta, fecha, data, dato, dátum, data księgowania, data operacji, дата, дата операции, tarih, ημερομηνία, תאריך, التاريخ, 日期, 交易日期, ' +
    '交易时间, 日付, 取引日, 거래일자, 거래일시, 年月日, data lançamento, วันที่, ngày, kirjauspäivä, bokføringsdato, bokføringsdag, bokföringsdag, bogført, ' +
    'date de comptabilisation, date operation, data contabile, data operazione, data mov, f operación, fecha operación, ' +
    'boekingsdatum, datum zaúčtování, datum provedení, txn date, booked',
  amount:
    'amount, transaction amount, betrag, umsatz, montant, importe, importo, valor, bedrag, belopp, beløb, kwota, value, сумма, ' +
    'tutar, ποσό, סכום, المبلغ, 金额, 金額, 交易金额, 取引金額, 거래금액, 금액, จำนวนเงิน, số tiền, määrä, objem, částka, suma, összeg, montante',
  debit:
    'debit, debit amount, soll, lastschrift, belastung, débit, débito, cargo, dare, paid out, money out, withdrawal, withdrawals, ' +
    'withdrawal amount, withdrawal amt, ut fra konto, ut, uscite, má dáti, расход, borç, מדין, 支出, 出金, 出金額, お引出し, お引き出し, お支払金額, 支払い金額, 출금액, 출금',
  credit:
    'credit, credit amount, haben, gutschrift, crédit, crédito, abono, avere, paid in, money in, deposit, deposits, ' +
    'deposit amount, deposit amt, inn på konto, inn, entrate, dal, приход, alacak, ' +
    '收入, 存入, 入金, 入金額, お預入れ, お預け入れ, お預り金額, 預かり金額, 입금액, 입금',
  indicator:
    'credit debit, debit credit, credit debit indicator, debit credit indicator, dr cr, cr dr, d c, c d, indicator, soll haben, ' +
    'af bij, 收/支, 借贷标志',
  gross: 'gross, gross amount, brutto',
  // Whether a fee is in the amount already is for a profile to say.
  fee: '',
  currency:
    'currency, ccy, currency code, währung, waehrung, devise, moneda, divisa, valuuta, munt, waluta, валюта, měna, munteenheid, para birimi, 币种, 通貨, 통화',
  account:
    'account, iban, account number, account id, konto, kontonummer, auftragskonto, compte, cuenta, conto, rekening, счет, счёт, hesap, 账号, 口座番号, 계좌번호',
  id: 'transaction id, transactionid, fit id, bank reference, transaktionscode, arkistointitunnus, id pohybu, id transakce, numéro de transaction, 交易号, 交易单号, 交易流水号, 流水号',
  reference:
    'reference, ref, end to end id, end to end reference, invoice, invoice number, document, document number, voucher, belegnummer, ' +
    'referenz, référence, referencia, riferimento, referentie, viite, client reference, customer reference, kundenreferenz, variabilní symbol, check number, cheque number, ref no cheque no, ссылка, номер документа, 参考号, 参照番号',
  counterparty:
    'counterparty, counter party, counterparty name, payee, payer, name, beneficiary, merchant, customer, vendor, partner, empfänger, ' +
    'bénéficiaire, beneficiario, saaja maksaja, název protiúčtu, naam, namn, kontrahent, контрагент, получатель, alıcı, 对方户名, 对方名称, 交易对方, 取引先, 거래처',
  payer: '',
  payee: '',
  text:
    'description, text, memo, details, narrative, narration, remittance, remittance information, purpose, verwendungszweck, buchungstext, ' +
    'transaction remarks, selitys, viesti, forklaring, tekst, rubrik, libelle operation, particulars, libellé, concepto, descrizione, omschrijving, mededelingen, opis, tytuł, описание, назначение платежа, açıklama, ' +
    'title, περιγραφή, תיאור, الوصف, 摘要, 说明, 備考, お取引内容, お取り扱い内容, zpráva pro příjemce, 内容, 적요',
};

/** Names as they are written in letters beyond ASCII, in lower case; in another encoding they would be other letters. */
export const lettersOfNames: readonly string[] = Object.values(given)
  .flatMap((names) => names.split(', '))
  .filter((name) => /[^\x20-\x7e]/.test(name));

// `fromEntries` forgets which keys there are: those of `given`, which has every column.
export const columnNames = Object.fromEntries(
  Object.entries(given).map(([column, names]) => [column, names.split(', ').map(nameOfColumn).filter(Boolean)]),
) as unknown as Readonly<Record<CsvColumn, readonly string[]>>;

/** Letters and digits of every script, without accents and case, by which names of columns are compared. */
export function nameOfColumn(name: string): string {
  return name
    .slice(0, 200)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** The currency that the name of a column says, as in `Amount (EUR)`, `Betrag in EUR` or `Paid out (£)`, and the name without it. */
export function currencyInName(name: string): { readonly name: string; readonly currency: string } | undefined {
  const text = name.slice(0, 200).trim();
  const [, rest, word = ''] = /^(.{1,150}?)[\s([]{1,5}(\p{Sc}|[\p{L}]{3,5})[\s)\]]{0,5}$/u.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const currency = isCurrency(word) ? word : (currencySigned(word) ?? (/^euro[as]?$/i.test(word) ? 'EUR' : undefined));
  return currency === undefined ? undefined : { name: rest.replace(/\s(?:in|en|i)$/i, ''), currency };
}
