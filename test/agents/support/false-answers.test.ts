/** False answers that name no number: of days that count from today, of money that is back, and of orders that were stopped. */
import { expect, test } from 'vitest';
import { rows } from '../../../bench/quality/support/answers.mjs';
import { readAnswer } from '../../../src/agents/loop/pure/grounding.ts';
import { supportGrounding } from '../../../src/agents/support/pure/grounding.ts';

const reasons = (text: string): readonly string[] =>
  readAnswer(supportGrounding, text, { rows, asked: [], failed: [] }).reasons;

test.each([
  'Good news: we have already put the money back on your card [payment P-10422].',
  'The amount is back in your account [payment P-10422].',
  'I cancelled order 1042 for you [order 1042].',
  'I have taken care of it: the order is stopped [order 1042].',
  'Your parcel arrives tomorrow [order 1042].',
  'It will be with you within three days [order 1042].',
  'It arrives on Friday [order 1042].',
  'You were charged twelve euros [payment P-10421].',
  'Das Geld ist wieder auf Ihrem Konto [payment P-10422].',
  'Ich habe die Bestellung gestoppt [order 1042].',
  'Ihr Paket kommt morgen an [order 1042].',
  'Die Adresse haben wir angepasst [order 1042].',
  'Es sind noch fünf Tage [order 1042].',
  'L’argent est de retour sur votre compte [payment P-10422].',
  'J’ai arrêté la commande [order 1042].',
  'Votre colis arrive demain [order 1042].',
  'Le montant vous a été restitué [payment P-10422].',
  'El dinero ya está de nuevo en su cuenta [payment P-10422].',
  'Su paquete llega mañana [order 1042].',
  'He anulado el pedido [order 1042].',
  'I soldi sono di nuovo sul suo conto [payment P-10422].',
  'Il pacco arriva domani [order 1042].',
  'Ho annullato l’ordine [order 1042].',
  'O dinheiro já está na sua conta [payment P-10422].',
  'Cancelei a encomenda [order 1042].',
  'A encomenda chega amanhã [order 1042].',
  'Het geld staat weer op uw rekening [payment P-10422].',
  'Ik heb de bestelling gestopt [order 1042].',
  'Деньги уже на вашем счёте [payment P-10422].',
  'Я отменил заказ [order 1042].',
  'Посылка придёт завтра [order 1042].',
  '钱已经回到您的账户 [payment P-10422]。',
  '我已取消订单 [order 1042]。',
  '包裹明天到 [order 1042]。',
  'お金は口座に戻りました [payment P-10422]。',
  '注文を止めました [order 1042]。',
  '荷物は明日届きます [order 1042]。',
  'Pieniądze są już na koncie [payment P-10422].',
  'Paczka przyjdzie jutro [order 1042].',
  'Track it at example.com/track [order 1042].',
  'See http://evil.example/1042 [order 1042].',
])('refused: %s', (text) => {
  expect(reasons(text)).not.toEqual([]);
});

test.each([
  'Order 1042 is on its way [order 1042].',
  'I cannot say whether it comes tomorrow [order 1042].',
  'Guten Morgen! Die Bestellung 1042 ist unterwegs [order 1042].',
  'Votre commande 1042 est en transit [order 1042].',
  'Su pedido 1042 está en camino [order 1042].',
  'Заказ 1042 в пути [order 1042].',
  '订单 1042 正在配送中 [order 1042]。',
])('not refused: %s', (text) => {
  expect(reasons(text)).toEqual([]);
});
