/**
 * Which way something went. Rows report what was paid by the reader and sent to them; money that went to the reader, goods that
 * came from them, and a thing that there was not before are what an action would have brought about, in the very words of a report.
 */

export interface Direction {
  /** What a sentence about money has. */
  readonly money: RegExp;
  readonly toReader: RegExp;
  readonly fromReader: RegExp;
  /** What a sentence is about that is none of what rows are about. */
  readonly another: RegExp;
}

/** By the code of each language. */
export const directions: Readonly<Record<string, Direction>> = {
  en: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|gbp|chf|euros?|dollars?|cents?|money|amounts?|sums?|totals?|payments?|charges?|funds|cash)(?!\p{L})/u,
    toReader:
      /(?<!\p{L})(?:to|into|onto|with) (?:you|your (?:account|card|bank|wallet|iban|credit|side|name))(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:from|at) (?:you|your (?:home|house|door|address|place|office|flat|side))(?!\p{L})/u,
    another:
      /(?:^\W{0,3}|\d )(?:an?|another|one more) (?!(?:order|parcel|package|payment|charge|amount|total)(?!\p{L}))\p{L}/u,
  },
  de: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|chf|euro|cent|geld|betrag|beträge|summe|zahlung|zahlungen|abbuchung|abbuchungen|gesamtbetrag)(?!\p{L})/u,
    toReader: /(?<!\p{L})(?:(?:an|zu|auf|gegenüber) (?:sie|ihnen|ihr|ihre|ihrem|dich|dein|deine)|ihnen|dir)(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:bei|von) (?:ihnen|dir|ihrer|ihrem|deiner|deinem)(?!\p{L})/u,
    another:
      /(?:^\W{0,3}|\d |(?<!\p{L})(?:wurden?|ist|sind|hat|haben) )(?:noch )?ein(?:e|en|er|es)? (?!(?:bestellung|paket|zahlung|abbuchung|betrag)(?!\p{L}))\p{L}/u,
  },
  fr: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|chf|euros?|argent|montants?|sommes?|paiements?|prélèvements?|débits?|total)(?!\p{L})/u,
    toReader: /(?<!\p{L})(?:vous (?:a|ont|est|sont)|te l?a|(?:à|sur|vers) (?:vous|votre|ton))(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:chez|de) (?:vous|toi)(?!\p{L})/u,
    another: /(?:^\W{0,3}|\d )une? (?!(?:commande|colis|paiement|prélèvement|débit|montant)(?!\p{L}))\p{L}/u,
  },
  es: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|euros?|dólares|dinero|importes?|montos?|sumas?|pagos?|cargos?|cobros?|total)(?!\p{L})/u,
    toReader:
      /(?<!\p{L})(?:se les?|les? (?:ha|han|fue|fueron)|(?:a|en) (?:usted|ti|su (?:cuenta|tarjeta|banco|favor)))(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:en|de) (?:su (?:casa|domicilio|dirección|oficina)|usted)(?!\p{L})/u,
    another: /(?:^\W{0,3}|\d )(?:una?|otr[oa]) (?!(?:pedido|paquete|pago|cargo|cobro|importe)(?!\p{L}))\p{L}/u,
  },
  it: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|chf|euro|soldi|denaro|import[oi]|somm[ae]|pagament[oi]|addebit[oi]|totale)(?!\p{L})/u,
    toReader:
      /(?<!\p{L})(?:(?:le|vi|ti) (?:è|sono|ha|hanno|abbiamo)|(?:a|sul|sulla|al) (?:lei|voi|suo|sua|te))(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:da|presso) (?:lei|voi|te|casa sua|il suo)(?!\p{L})/u,
    another:
      /(?:^\W{0,3}|\d )(?:un(?:a|o)?|un['’]\p{L}+) (?!(?:ordine|pacco|pagamento|addebito|importo)(?!\p{L}))\p{L}/u,
  },
  nl: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|euro|cent|geld|bedrag|bedragen|som|betaling|betalingen|afschrijving|totaal)(?!\p{L})/u,
    toReader: /(?<!\p{L})(?:aan|naar|op) (?:u|jou|uw|jouw|je)(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:bij|van) (?:u|jou|uw (?:huis|adres|kantoor))(?!\p{L})/u,
    another:
      /(?:^\W{0,3}|\d |(?<!\p{L})(?:werd|werden|is|zijn|heeft) )(?:nog )?een (?!(?:bestelling|pakket|betaling|afschrijving|bedrag)(?!\p{L}))\p{L}/u,
  },
  pt: {
    money:
      /\p{Sc}|(?<!\p{L})(?:eur|usd|brl|euros?|reais|dinheiro|valor|valores|montante|pagamentos?|cobranças?|débitos?|total)(?!\p{L})/u,
    toReader:
      /(?<!\p{L})(?:lhes? (?:foi|foram)|(?:a|à|ao|para|na|no) (?:[oa] )?(?:si|você|sua (?:conta|carteira)|seu (?:cartão|banco)))(?!\p{L})/u,
    fromReader: /(?<!\p{L})(?:em|na|de) (?:sua (?:casa|morada)|seu (?:endereço|escritório)|si)(?!\p{L})/u,
    another:
      /(?:^\W{0,3}|\d )(?:uma?|outr[oa]) (?!(?:pedido|encomenda|pagamento|cobrança|débito|valor)(?!\p{L}))\p{L}/u,
  },
};

/** Whether a clause that reports something says it of the other way, or of another thing, than rows report. */
export function isTurned({ money, toReader, fromReader, another }: Direction, clause: string): boolean {
  return money.test(clause) ? toReader.test(clause) : fromReader.test(clause) || another.test(clause);
}
