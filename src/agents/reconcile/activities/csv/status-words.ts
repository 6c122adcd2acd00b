/** What a column of a CSV file says of rows that were not booked, in the words of banks; for files that no profile is of. */
import { nameOfColumn } from './column-names.ts';

const namesOfStatus = new Set(
  'status, state, booking status, transaction status, payment status, buchungsstatus, statut, estado, situação, stato, stav, stan, tila, durum, статус, состояние, 状态, 交易状态, 状態, 상태'
    .split(', ')
    .map(nameOfColumn),
);

const reasons = {
  pending:
    'pending, pdng, processing, in progress, on hold, hold, reserved, scheduled, unposted, not posted, uncleared, not booked, authorised, ' +
    'authorized, authorisation, authorization, vorgemerkt, vorgemerkte buchung, ausstehend, offen, venter, venter på, reserveret, ' +
    'väntar, väntande, reserverad, avventer, reservert, odottaa, varattu, en attente, en cours, pendiente, pendente, in attesa, ' +
    'in sospeso, in behandeling, gereserveerd, oczekująca, oczekuje, w toku, nierozliczona, čeká, čekající, blokace, függőben, ожидает, в обработке, ' +
    'beklemede, 处理中, 待付款, 等待付款, 保留中, 処理中, 대기',
  'reverted, declined or failed':
    'reverted, declined, failed, failure, error, rejected, denied, refused, cancelled, canceled, expired, voided, abgelehnt, fehlgeschlagen, ' +
    'abgebrochen, afvist, annulleret, nekad, avvist, hylätty, refusé, refusée, échoué, annulé, annulée, rechazado, rechazada, fallido, ' +
    'cancelado, cancelada, recusado, recusada, falhou, rifiutato, annullato, fallito, geweigerd, mislukt, geannuleerd, odrzucona, anulowana, ' +
    'odmítnuto, zamítnuto, zrušeno, отклонен, отклонена, отменен, отменена, неуспешно, reddedildi, iptal, 失败, 交易关闭, 已取消, 已关闭, 失敗, キャンセル, 실패, 취소',
} as const;

const reasonOf = new Map(
  Object.entries(reasons).flatMap(([reason, words]) => words.split(', ').map((word) => [word, reason] as const)),
);

/** What says that a row was booked, or that it is of no matter. */
const booked = new Set(
  (
    'booked, book, completed, complete, settled, posted, cleared, paid, success, successful, succeeded, ok, done, executed, processed, gebucht, ' +
    'abgeschlossen, ausgeführt, udført, bogført, genomförd, bokförd, utført, bokført, toteutunut, kirjattu, effectué, comptabilisé, exécuté, terminé, realizado, ' +
    'realizada, efetuado, efetivado, concluído, completado, ejecutado, contabilizado, eseguito, contabilizzato, completato, geboekt, uitgevoerd, verwerkt, zaksięgowana, ' +
    'rozliczona, zrealizowana, zaúčtováno, provedeno, könyvelt, проведен, исполнен, выполнен, завершен, tamamlandı, 交易成功, 支付成功, 已完成, 成功, 完了, 완료'
  ).split(', '),
);

/** The position of the column; none where two may be it. */
export function statusColumn(names: readonly string[]): number | undefined {
  const found = names.flatMap((name, position) => (namesOfStatus.has(nameOfColumn(name)) ? [position] : []));
  return found.length === 1 ? found[0] : undefined;
}

export type StatusSaid =
  | { readonly is: 'booked' }
  | { readonly is: 'unbooked'; readonly reason: string }
  | { readonly is: 'unknown' };

export function statusIn(cell: string): StatusSaid {
  const word = cell.slice(0, 100).normalize('NFC').trim().toLowerCase();
  const reason = reasonOf.get(word);
  if (reason !== undefined) return { is: 'unbooked', reason };
  return word === '' || booked.has(word) ? { is: 'booked' } : { is: 'unknown' };
}
