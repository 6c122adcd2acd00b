/**
 * Deeds in the very words of reports: money that went to the customer, goods that came from them, things that there were not
 * before. Made of parts, each with each, beside what the rows say in the same verbs the other way. In twos: claims and truths.
 */

const p = '[payment P-10422]';
const o = '[order 1042]';
const n = '[parcel NL0421]';

/** Each with each. */
const cross = (/** @type {readonly (readonly string[])[]} */ ...parts) =>
  parts.reduce((made, part) => made.flatMap((before) => part.map((each) => `${before} ${each}`.trim())), ['']);
const cited = (/** @type {string} */ ref, /** @type {readonly string[]} */ texts) =>
  texts.map((text) => `${text[0]?.toUpperCase()}${text.slice(1)} ${ref}.`);

/** @type {Readonly<Record<string, readonly [claims: readonly string[], truths: readonly string[]]>>} */
export const directions = {
  en: [
    [
      ...cited(
        p,
        cross(
          ['EUR 1299.90', 'the amount of EUR 1299.90', 'payment P-10422'],
          ['was paid', 'has been paid', 'was paid out', 'was sent', 'was handed over', 'was issued', 'was booked'],
          ['to you', 'to your card', 'to your account', 'into your bank account', 'to you by card'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['order 1042', 'Headphones Aria 2'],
          ['was collected', 'was picked up'],
          ['from you', 'at your door', 'from your office'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['a call', 'another call', 'a request', 'an answer', 'a question', 'a purchase'],
          ['about order 1042'],
          ['was scheduled', 'was created', 'was registered', 'was sent', 'was placed', 'has been recorded'],
        ),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['EUR 1299.90', 'the amount of EUR 1299.90', 'payment P-10422'],
          ['was paid', 'was booked', 'was captured', 'has been charged to your card', 'was taken'],
          ['by card', 'on 16 November 2026', 'for your order 1042'],
        ),
      ),
      ...cited(
        n,
        cross(
          ['your parcel', 'parcel NL0421'],
          ['was sent to you', 'was handed to Northline', 'was shipped'],
          ['on 17 November 2026', 'by Northline'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['order 1042', 'your order 1042'],
          ['was placed', 'was made', 'was recorded'],
          ['on 16 November 2026', 'by you'],
        ),
      ),
    ],
  ],
  de: [
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR wurden', 'der Betrag von 1.299,90 EUR wurde', 'die Zahlung P-10422 wurde'],
          ['an Sie', 'auf Ihr Konto', 'Ihnen', 'auf Ihre Karte'],
          ['gezahlt', 'ausgezahlt', 'gebucht', 'versandt', 'übergeben'],
        ),
      ),
      ...cited(
        o,
        cross(['die Bestellung 1042 wurde', 'Headphones Aria 2 wurde'], ['bei Ihnen', 'von Ihnen'], ['abgeholt']),
      ),
      ...cited(
        o,
        cross(
          ['zu Bestellung 1042 wurde', 'für Order 1042 wurde'],
          ['eine Anfrage', 'ein Eintrag', 'eine Antwort'],
          ['erstellt', 'erfasst', 'angelegt', 'registriert', 'versandt'],
        ),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR wurden', 'der Betrag von 1.299,90 EUR wurde', 'die Zahlung P-10422 wurde'],
          ['am 16. November 2026', 'mit Karte', 'für Bestellung 1042'],
          ['gezahlt', 'gebucht', 'abgebucht', 'eingezogen'],
        ),
      ),
      ...cited(
        n,
        cross(
          ['Ihr Paket wurde', 'das Paket NL0421 wurde'],
          ['am 17. November 2026', 'von Northline'],
          ['an Sie versandt', 'verschickt', 'übergeben'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['die Bestellung 1042 wurde', 'Ihre Bestellung 1042 wurde'],
          ['am 16. November 2026'],
          ['aufgegeben', 'erfasst', 'angelegt'],
        ),
      ),
    ],
  ],
  fr: [
    [
      ...cited(
        p,
        cross(
          ['1 299,90 EUR vous ont été', 'le paiement P-10422 vous a été', 'le montant de 1 299,90 EUR vous a été'],
          ['payés', 'payé', 'envoyé', 'remis', 'crédité'],
        ),
      ),
      ...cited(
        p,
        cross(
          ['1 299,90 EUR ont été', 'le paiement P-10422 a été'],
          ['payés', 'payé', 'remis', 'enregistré', 'envoyé'],
          ['sur votre compte', 'à votre banque', 'sur votre carte'],
        ),
      ),
      ...cited(
        o,
        cross(['une demande', 'une question', 'une réponse'], ['a été'], ['créée', 'enregistrée', 'envoyée', 'passée']),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['1 299,90 EUR ont été', 'le paiement P-10422 a été', 'le montant de 1 299,90 EUR a été'],
          ['payé', 'débité', 'prélevé', 'enregistré'],
          ['le 16 novembre 2026', 'par carte', 'pour la commande 1042'],
        ),
      ),
      ...cited(
        n,
        cross(
          ['votre colis a été', 'le colis NL0421 a été'],
          ['expédié', 'remis à Northline', 'envoyé'],
          ['le 17 novembre 2026'],
        ),
      ),
    ],
  ],
  es: [
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR fueron', 'el pago P-10422 fue'],
          ['pagados', 'pagado', 'enviado', 'entregado', 'abonado', 'cargado'],
          ['a usted', 'a su cuenta', 'en su cuenta', 'a su tarjeta'],
        ).filter((text) => !/cargad|entregad/.test(text)),
      ),
      ...cited(
        o,
        cross(
          ['una solicitud', 'una respuesta', 'una pregunta', 'otra compra'],
          ['fue'],
          ['creada', 'registrada', 'enviada', 'realizada'],
        ),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR fueron', 'el pago P-10422 fue', 'el importe de 1.299,90 EUR fue'],
          ['pagado', 'cargado', 'cobrado', 'registrado'],
          ['el 16 de noviembre de 2026', 'con tarjeta', 'por el pedido 1042'],
        ),
      ),
      ...cited(
        n,
        cross(
          ['su paquete fue', 'el paquete NL0421 fue'],
          ['enviado', 'despachado'],
          ['el 17 de noviembre de 2026', 'por Northline'],
        ),
      ),
    ],
  ],
  it: [
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR sono stati', 'il pagamento P-10422 è stato'],
          ['pagati', 'pagato', 'effettuato', 'affidato', 'versato'],
          ['sul suo conto', 'a lei', 'sulla sua carta'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['una richiesta', 'una domanda', 'una risposta'],
          ['è stata'],
          ['creata', 'registrata', 'effettuata', 'spedita'],
        ),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR sono stati', 'il pagamento P-10422 è stato'],
          ['pagato', 'addebitato', 'effettuato', 'registrato'],
          ['il 16 novembre 2026', 'con carta', "per l'ordine 1042"],
        ),
      ),
      ...cited(
        n,
        cross(
          ['il suo pacco è stato', 'il pacco NL0421 è stato'],
          ['spedito', 'affidato a Northline'],
          ['il 17 novembre 2026'],
        ),
      ),
    ],
  ],
  nl: [
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR is', 'het bedrag van 1.299,90 EUR is', 'betaling P-10422 is'],
          ['aan u', 'op uw rekening', 'naar uw kaart'],
          ['betaald', 'geboekt', 'verzonden', 'overgedragen'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['voor bestelling 1042 is', 'over bestelling 1042 werd'],
          ['een verzoek', 'een vraag', 'een antwoord'],
          ['aangemaakt', 'geregistreerd', 'verzonden', 'geplaatst'],
        ),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR is', 'het bedrag van 1.299,90 EUR is', 'betaling P-10422 is'],
          ['op 16 november 2026', 'met kaart', 'voor bestelling 1042'],
          ['betaald', 'geboekt', 'afgeschreven'],
        ),
      ),
      ...cited(
        n,
        cross(
          ['uw pakket is', 'pakket NL0421 is'],
          ['op 17 november 2026', 'door Northline'],
          ['verzonden', 'naar u verstuurd', 'opgehaald'],
        ),
      ),
    ],
  ],
  pt: [
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR foram', 'o pagamento P-10422 foi'],
          ['pagos', 'pago', 'enviado', 'efetuado', 'transferido'],
          ['a si', 'na sua conta', 'para o seu banco', 'para sua conta'],
        ),
      ),
      ...cited(
        o,
        cross(
          ['um pedido', 'uma resposta', 'uma pergunta', 'uma compra'],
          ['foi'],
          ['criado', 'registada', 'enviada', 'realizada'],
        ).filter((text) => !/um pedido/.test(text)),
      ),
    ],
    [
      ...cited(
        p,
        cross(
          ['1.299,90 EUR foram', 'o pagamento P-10422 foi', 'o valor de 1.299,90 EUR foi'],
          ['pago', 'cobrado', 'debitado', 'registado'],
          ['em 16 de novembro de 2026', 'com cartão', 'pelo pedido 1042'],
        ),
      ),
      ...cited(
        n,
        cross(
          ['a encomenda NL0421 foi', 'sua encomenda foi'],
          ['enviada', 'expedida'],
          ['em 17 de novembro de 2026', 'pela Northline'],
        ),
      ),
    ],
  ],
};
