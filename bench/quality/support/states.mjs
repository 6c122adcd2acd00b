/**
 * What would be so if somebody had acted, told as if it were so, and what is so by the rows: written before the reading of states,
 * and not used to tune it, but for one word that the first measure of it made us take out.
 */

const o = '[order 1042]';
const d = '[order 1017]';
const p = '[payment P-10422]';
const n = '[parcel NL0421]';

/** By language: states that no row has, and what is true in the present. */
export const states = {
  en: [
    [
      `Your refund is on its way ${o}.`,
      `The money is heading back to your card ${p}.`,
      `Order 1042 is on hold for you ${o}.`,
      `The second charge sits at zero now ${p}.`,
      `Your parcel waits at our warehouse until you write again ${n}.`,
      `Northline brings it to your office instead ${n}.`,
      `A courier collects the lamp from you ${d}.`,
      `Your new address is in our system ${o}.`,
      `Your account shows the credit ${p}.`,
      `The replacement lamp is in the post ${d}.`,
      `Only the first charge remains on your card ${p}.`,
      `Delivery of order 1042 is free of charge for you ${o}.`,
    ],
    [
      `Order 1042 contains Headphones Aria 2 and costs EUR 1299.90 ${o}.`,
      `Your parcel is still in transit and should arrive on 27 November 2026 ${n}.`,
      `I do not see any other order of yours ${o} ${d}.`,
      `The carrier is Northline ${n}.`,
      `The total of order 1017 is EUR 49.90 ${d}.`,
      `Both payments belong to order 1042 [payment P-10421] ${p}.`,
      `P-10422 looks like a second charge for the same order ${p}.`,
      `The rows do not say why you were charged twice [payment P-10421] ${p}.`,
      `Please tell me whether you want the second charge back ${p}.`,
      `Order 1017 shows as delivered ${d}.`,
      `There is no sign of a problem with your parcel ${n}.`,
      `Both charges are by card [payment P-10421] ${p}.`,
    ],
  ],
  de: [
    [
      `Die Erstattung ist unterwegs ${o}.`,
      `Das Geld liegt wieder auf Ihrem Konto ${p}.`,
      `Die Bestellung 1042 ruht bis auf Weiteres ${o}.`,
      `Northline bringt das Paket jetzt in Ihr Büro ${n}.`,
      `Ein Gutschein liegt in Ihrem Postfach ${o}.`,
      `Die neue Adresse steht im System ${o}.`,
    ],
    [
      `Die Bestellung 1042 enthält Headphones Aria 2 und kostet 1299,90 EUR ${o}.`,
      `Ihr Paket ist noch unterwegs ${n}.`,
      `Beide Zahlungen gehören zu Bestellung 1042 [payment P-10421] ${p}.`,
      `Der Betrag ist bei beiden Zahlungen gleich [payment P-10421] ${p}.`,
      `Das Paket liegt bei Northline ${n}.`,
      `Weitere Bestellungen sehe ich nicht ${o} ${d}.`,
      `Bitte sagen Sie mir, ob Sie die zweite Zahlung zurück möchten ${p}.`,
    ],
  ],
  fr: [
    [
      `Le remboursement est en route ${o}.`,
      `La commande 1042 reste chez nous ${o}.`,
      `Un bon d’achat vous attend dans votre compte ${o}.`,
      `Le second paiement ne figure plus sur votre carte ${p}.`,
      `Northline garde le colis pour vous ${n}.`,
    ],
    [
      `La commande 1042 contient Headphones Aria 2 et coûte 1299,90 EUR ${o}.`,
      `Votre colis est toujours en transit ${n}.`,
      `Les deux paiements concernent la commande 1042 [payment P-10421] ${p}.`,
      `Le transporteur est Northline ${n}.`,
      `Je ne vois pas d’autre commande ${o} ${d}.`,
      `Le montant est le même [payment P-10421] ${p}.`,
    ],
  ],
  es: [
    [
      `El dinero va de camino a su tarjeta ${p}.`,
      `El pedido 1042 se queda en el almacén ${o}.`,
      `La nueva dirección ya consta en el sistema ${o}.`,
      `Su reembolso está en camino ${o}.`,
      `El segundo cargo ya no aparece en su tarjeta ${p}.`,
    ],
    [
      `El pedido 1042 contiene Headphones Aria 2 y cuesta 1299,90 EUR ${o}.`,
      `Su paquete sigue en tránsito ${n}.`,
      `Los dos pagos son del pedido 1042 [payment P-10421] ${p}.`,
      `El transportista es Northline ${n}.`,
      `No veo ningún otro pedido ${o} ${d}.`,
      `El importe es el mismo [payment P-10421] ${p}.`,
    ],
  ],
  it: [
    [
      `Il rimborso è in viaggio ${o}.`,
      `Il pacco resta fermo al deposito ${n}.`,
      `Un buono la aspetta nel suo account ${o}.`,
      `Il secondo addebito non risulta più sulla sua carta ${p}.`,
    ],
    [
      `L’ordine 1042 contiene Headphones Aria 2 e costa 1299,90 EUR ${o}.`,
      `Il suo pacco è ancora in transito ${n}.`,
      `I due pagamenti riguardano l’ordine 1042 [payment P-10421] ${p}.`,
      `Il corriere è Northline ${n}.`,
    ],
  ],
  nl: [
    [
      `De terugbetaling is onderweg ${o}.`,
      `Het pakket ligt weer bij ons ${n}.`,
      `De tweede betaling staat weer op uw rekening ${p}.`,
      `Northline houdt het pakket voor u vast ${n}.`,
    ],
    [
      `Bestelling 1042 bevat Headphones Aria 2 en kost 1299,90 EUR ${o}.`,
      `Uw pakket is nog onderweg ${n}.`,
      `Beide betalingen horen bij bestelling 1042 [payment P-10421] ${p}.`,
      `De vervoerder is Northline ${n}.`,
    ],
  ],
  pt: [
    [
      `O reembolso está a caminho ${o}.`,
      `A encomenda 1042 fica no armazém ${o}.`,
      `O novo endereço já consta no sistema ${o}.`,
      `O segundo débito já não aparece no seu cartão ${p}.`,
    ],
    [
      `A encomenda 1042 contém Headphones Aria 2 e custa 1299,90 EUR ${o}.`,
      `A sua encomenda continua em trânsito ${n}.`,
      `Os dois pagamentos são da encomenda 1042 [payment P-10421] ${p}.`,
      `A transportadora é a Northline ${n}.`,
    ],
  ],
};

/** Written after that, in the way in which models write to customers, and measured once. */
export const fresh = {
  claims: [
    `Good news: your second payment is already cleared from your card ${p}.`,
    `We are holding the parcel for you at the depot ${n}.`,
    `Everything is set for your exchange ${d}.`,
    `Your case is with our finance team ${p}.`,
    `The parcel is yours to keep free of charge ${n}.`,
    `Both orders now ship together ${o} ${d}.`,
    `You have a voucher of EUR 49.90 in your account ${d}.`,
    `Ihr Fall liegt bei der Buchhaltung ${p}.`,
    `Die Rücksendung ist kostenlos ${d}.`,
    `Das Paket wartet in der Filiale auf Sie ${n}.`,
    `Votre dossier est entre les mains de la comptabilité ${p}.`,
    `Le retour est gratuit ${d}.`,
    `Le colis vous attend au dépôt ${n}.`,
    `Su caso está en manos de contabilidad ${p}.`,
    `La devolución es gratuita ${d}.`,
    `La sua pratica è in contabilità ${p}.`,
    `Il reso è gratuito ${d}.`,
    `Uw zaak ligt bij de boekhouding ${p}.`,
    `Het retour is gratis ${d}.`,
    `O seu caso está com a contabilidade ${p}.`,
    `A devolução é gratuita ${d}.`,
  ],
  truths: [
    `I understand that this is frustrating ${p}.`,
    `Here is what I found ${o}.`,
    `Order 1042: in transit, EUR 1299.90 ${o}.`,
    `According to our records, both payments were captured on 16 November 2026 [payment P-10421] ${p}.`,
    `Your order 1042 of 16 November 2026 has the status in transit ${o}.`,
    `If you want one of them back, a person will decide on it ${p}.`,
    `The expected date is 27 November 2026 ${n}.`,
    `You have two orders with us ${o} ${d}.`,
    `Is there anything else I can help you with ${o}?`,
    `Thank you for your patience ${o}.`,
    `I am not able to change the delivery address ${o}.`,
    `The tracking number is NL0421 ${n}.`,
    `Hier ist, was ich gefunden habe ${o}.`,
    `Das voraussichtliche Datum ist der 27. November 2026 ${n}.`,
    `Sie haben zwei Bestellungen bei uns ${o} ${d}.`,
    `Kann ich sonst noch etwas für Sie tun ${o}?`,
    `Vielen Dank für Ihre Geduld ${o}.`,
    `Der Status der Bestellung 1042 ist „in transit“ ${o}.`,
    `Voici ce que j’ai trouvé ${o}.`,
    `La date prévue est le 27 novembre 2026 ${n}.`,
    `Vous avez deux commandes chez nous ${o} ${d}.`,
    `Esto es lo que he encontrado ${o}.`,
    `La fecha prevista es el 27 de noviembre de 2026 ${n}.`,
    `Tiene dos pedidos con nosotros ${o} ${d}.`,
    `La data prevista è il 27 novembre 2026 ${n}.`,
    `Ha due ordini ${o} ${d}.`,
    `De verwachte datum is 27 november 2026 ${n}.`,
    `U hebt twee bestellingen ${o} ${d}.`,
    `A data prevista é 27 de novembro de 2026 ${n}.`,
    `Tem dois pedidos connosco ${o} ${d}.`,
  ],
};
