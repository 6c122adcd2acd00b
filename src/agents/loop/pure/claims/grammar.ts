/**
 * How a language says that something was done: by its grammar and not by a list of deeds, since anything can be done.
 * Words are in lower case; a verb is known by how it begins, so that its forms are known too.
 */

/** How a verb looks, each as words with spaces between them. */
export interface VerbShape {
  /** Ends that no other word has. */
  readonly ends: string;
  /** Ends of a verb that begins as one of `starts` or holds one of `holds`. */
  readonly mayEnd?: string;
  readonly starts?: string;
  readonly holds?: string;
  readonly any?: boolean;
}

export interface Grammar {
  /** Words by which a sentence is known to be of this language: articles, pronouns, auxiliaries, and what shops talk of. */
  readonly words: string;
  /** Each finds a way to say that something was done; its first group is the verb. */
  readonly done: readonly RegExp[];
  /** Auxiliaries whose verb stands at the end of the clause, and how that verb looks. */
  readonly atEnd?: readonly { readonly auxiliary: RegExp; readonly verb: VerbShape }[];
  /** How a verb looks that stands without an auxiliary at the end of a clause, or at its start: `Refund confirmed.` */
  readonly bare: VerbShape;
  /** Verbs of the writer that do nothing: to see, to find, to be sorry. Those of up to three letters are whole words. */
  readonly harmless: string;
  /**
   * What rows report of the past, where a sentence names something of its rows: placed, charged, delivered. Those of three
   * letters are beginnings for runs that began before directions were read, and whole words since: so `pay` stands beside `payé`.
   */
  readonly events: string;
  /** Of these, what is only ever done to the reader, so that a citation is enough: "charged twice". */
  readonly suffered: string;
  /** Verbs by which something ends, which are a report only of rows that say so: cancelled, voided. */
  readonly endings: string;
  /** How the verbs of one writer are known, who reports nothing of what others did: `I shipped it`. */
  readonly self: RegExp;
  /** Words between clauses, of which one denies nothing of the other. */
  readonly joining: RegExp;
  /** What turns a clause into none, where it stands before the verb: denials, conditions, wishes. */
  readonly open: string;
  /** It does so behind the verb as well: `Ich storniere sie nicht`. */
  readonly deniesBehind?: boolean;
}

const english: Grammar = {
  words: `the a an i we you he she it they my our your his her its their this that these those is are was were be been am has have had do does did not no
will would can could may might shall should must of to in on at by for from with and or but so if when where what which who there here now as than
order parcel payment charge refund please just already yes yours mine ours thank thanks hello good news sorry dear welcome sure okay room booking stay day days both all`,
  done: [
    // What the writer does or did: any verb behind the pronoun that is not known to do nothing.
    /(?<!\p{L})(?:i|we)(?:['’](?:ve|d)| have| had| did)? (?:(?:\p{L}+ly|just|now|also|already|then|even|both|all) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(?:was|were|been|is|are|got|get|gets) (?:(?:\p{L}+ly|just|now|also|already|then|back|all) ){0,4}(\p{L}+(?:ed|en|wn|ne|nt|ght|ft|ut|ld|id|pt|ade|one|et|un|void|over|gone|off))(?!\p{L})/gu,
    /(?<!\p{L})(?:is|are|was|were) (?:now|hereby) (\p{L}+)/gu,
    /(?<!\p{L})(back (?:to|in|into|on|onto|with) (?:you|your|the))(?!\p{L})/gu,
    /(?<!\p{L})(?:has|have|had) (?:(?:\p{L}+ly|just|now|also|already|then|both|all) ){0,4}(\p{L}+(?:ed|en|wn|nt|ght|ft|ut|ld|id|ne|pt|ade|et))(?!\p{L})/gu,
    /(?<!\p{L})(?:team|colleagues?|department|warehouse|manager|staff|they|somebody|someone|finance|accounting|office) (?:(?:\p{L}+ly|just|now|also|already) ){0,4}(\p{L}+(?:ed|en|nt|ft|ut|ld|pped))(?!\p{L})/gu,
    /^\W{0,3}(done|sorted|fixed|all set|consider it)(?!\p{L})/gu,
    /(?<!\p{L})(taken care of|took care of)(?!\p{L})/gu,
    /(?<!\p{L})(?:was|were|been|am) able to (\p{L}+)/gu,
    /(?<!\p{L})(?:got|had|have|has) (?:it|that|this|them|everything|(?:your|the) \p{L}+(?: [\p{L}\d-]+)?) (\p{L}+ed)(?!\p{L})/gu,
  ],
  bare: { ends: 'ed' },
  harmless: `been cost see seen saw find found look check read understand regret am are is was can cannot could would will ll won don do did not need know think believe hope
wish suggest recommend apolog have has had want must may might should only cannot understood searched notice show list tell told say said receiv got get ask am thank appreciate
compared counted expect locat includ assum unfortunately`,
  events: `place order book pa charg ship deliver hand made bought purchas captur debit taken took dispatch collect pick sort seen expect creat record list includ
locat schedul based shown found left received sent register issued invoic due count`,
  suffered: 'charg debit',
  endings: 'cancel void',
  self: /^i(?!\p{L})/u,
  joining: / (?:and|so|but|because|since|while) /,
  open: `not no never nothing none nobody neither nor cannot can't won't isn't wasn't hasn't haven't weren't aren't don't didn't doesn't if once when until unless
would could should can may might will shall whether before`,
};

/** Whatever stands there. */
const anyVerb: VerbShape = { ends: '', any: true };
const germanVerb: VerbShape = {
  ends: 'iert lasst sandt fügt',
  mayEnd: 't en',
  starts: 'be er ver zer ent über unter um wieder',
  holds: 'ge',
};
const dutchVerb: VerbShape = { ends: '', mayEnd: 'd t en', holds: 'ge be ver her ont over onder' };
const romanceVerb: VerbShape = { ends: 'ado ada ados adas ido ida idos idas' };

const german: Grammar = {
  words: `der die das den dem des ein eine einen einem einer ich wir sie er es ihr ihre ihren ihrem ihnen mein unser uns mir mich ist sind war waren wurde wurden wird
werden worden hat habe haben kann können nicht kein keine und oder aber von zu im in am an auf für mit bei nach aus über noch nun jetzt schon bereits dass wenn ob
bestellung paket zahlung erstattung betrag konto ja nein danke hallo guten gerne zimmer buchung tag tage sehr geehrte`,
  done: [
    /(?<!\p{L})(?:ich|wir) (?:(?:nun|jetzt|bereits|auch|schon) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(\p{L}{3,}(?:e|te|en|ten)) (?:ich|wir)(?!\p{L})/gu,
    /^\W{0,3}(erledigt|fertig|geschafft)(?!\p{L})/gu,
  ],
  atEnd: [
    { auxiliary: /^(?:habe|haben|hab)$/, verb: anyVerb },
    {
      auxiliary: /^(?:hat|hatte|hatten|ist|sind|wurde|wurden|worden|wäre|war|waren)$/,
      verb: germanVerb,
    },
  ],
  bare: { ...germanVerb, mayEnd: 't' },
  harmless: `kann könn sehe seh finde find fand gefunden gesehen geprüft nachgesehen geschaut angesehen geles gesucht nachgeschaut verst bedau wünsch hoffe hoffen habe haben
hatte bin sind war möchte würd werde muss müss soll empfehl glaube denke weiß wissen danke bitte leider dass wenn weil und oder da ob was wie wo entschuldig brauch nur nicht hier
erhalten bekommen verglichen`,
  events: `aufgegeben bestellt gebucht bezahl belast abgebucht versandt verschickt versendet zugestellt geliefert ausgeliefert übergeben abgeholt sortiert gesehen erwartet erfasst
eingezogen berechnet angelegt ausgestellt enthalten eingegangen gezahlt getätigt gekauft erstellt aufgeführt vorgesehen geplant registriert`,
  suffered: 'belast abgebucht eingezogen',
  endings: 'storniert annulliert',
  self: /(?<!\p{L})ich(?!\p{L})/u,
  joining: / (?:und|aber|sondern|weil|damit|denn) /,
  open: `nicht kein keine keinen keinem nie niemals nichts niemand wenn falls sobald ob würde würden könnte könnten möchten wird werden kann können bevor bis`,
  deniesBehind: true,
};

const french: Grammar = {
  words: `le la les l un une des du de d au aux je j nous vous il elle ils elles on mon notre nos votre vos son sa ses ce cette ces est sont été a ont ai avons avez était
peux peut pouvons ne n pas et ou mais si que qu qui où en dans sur pour par avec sans chez y lui leur se s commande colis paiement remboursement montant compte oui non merci bonjour bien chambre réservation jour jours`,
  done: [
    /(?<!\p{L})(?:ai|avons|avais|avions|a|ont) (?:(?:déjà|bien|aussi|maintenant|donc|également|été) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(?:a|ont|avait|avaient) été (?:(?:déjà|bien|aussi|\p{L}+ment) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(?:est|sont|fut|furent) (?:(?:déjà|bien|maintenant|désormais|\p{L}+ment) ){0,4}(\p{L}+(?:é|ée|és|ées|ie|ies|is|ise|ises|it|ite|u|ue|us|ues))(?!\p{L})/gu,
    /(?<!\p{L})(?:je|j['’]|nous) ?(?:(?:vous|les|le|la|lui|leur|en|y) |l['’])*(\p{L}+)/gu,
    /(?<!\p{L})((?:viens|venons) (?:de |d['’])\p{L}+|chose faite)/gu,
    /^\W{0,3}(c['’]est fait|voilà|fait)(?!\p{L})/gu,
  ],
  bare: { ends: 'é ée és ées' },
  harmless: `eu coût ai avons avais peu peux peut pouv vois voyons vu trouv regard vérifi consult lu cherch compren regrett suis sommes étais souhait voudr pourr dois devons sais savons pens crois
espér conseill recommand remerci ne n attend constat compar reçu vous avez besoin dispos`,
  events: `pass command réserv pay payé factur débit prélev expédi livr remis confi tri trié vu attend enregistr créé reçu pris situé inclus prévu effectu achet envoy compt inscrit`,
  suffered: 'débit prélev',
  endings: 'annul',
  self: /^(?:ai|avais|je|j)(?!\p{L})/u,
  joining: / (?:et|mais|car|donc|parce que) /,
  open: `ne n pas jamais rien aucun aucune personne si quand lorsque dès avant pourrait pourraient sera seront peut pourra`,
};

const spanish: Grammar = {
  words: `el la los las un una unos unas de del al yo nosotros usted ustedes le les lo me nos se su sus mi mis nuestro este esta esto es son fue fueron era ha han he hemos sido
está están no ni y o pero si que qué en con por para sin sobre ya ahora todavía aún cuando pedido paquete pago cargo reembolso cuenta sí gracias hola buenos habitación reserva día días`,
  done: [
    /(?<!\p{L})(?:he|hemos|ha|han|había|habíamos) (?:sido |ya )*(\p{L}+)/gu,
    /(?<!\p{L})(?:fue|fueron|quedó|quedaron|queda|está|están) (?:ya |ahora |completamente )*(\p{L}+(?:ad|id)[oa]s?|hech[oa]s?|dich[oa]s?|puest[oa]s?|resuelt[oa]s?|devuelt[oa]s?)(?!\p{L})/gu,
    /(?<!\p{L})(\p{L}{2,}(?:é|í|amos|imos|emos)|hice|puse|di|dimos|hicimos|pusimos)(?!\p{L})/gu,
    /(?<!\p{L})se (?:le |les |lo |la )?(\p{L}{2,}(?:ó|aron|ieron))(?!\p{L})/gu,
    /(?<!\p{L})(acab(?:o|amos) de \p{L}+)/gu,
    /(?<!\p{L})(?:equipo|compañer[oa]s?|departamento|almacén|banco) (?:ya )?(\p{L}{2,}(?:ó|aron|ieron))(?!\p{L})/gu,
    /^\W{0,3}(listo|hecho)(?!\p{L})/gu,
  ],
  bare: romanceVerb,
  harmless: `encontr vist vi revis consult comprob busc miré mirado miramos le verific podemos vemos lament tenemos sabemos aquí así allí sí café hemos somos estamos esté también recib compar constat
podr queremos creemos esperamos sido`,
  events: `realizad hecho pedido comprad pagad cobrad cargad factur enviad entregad despachad recogid clasificad vist esperad registrad cread recibid incluid previst ubicad
reservad efectuad`,
  suffered: 'cobrad cargad',
  endings: 'cancelad anulad',
  self: /^he |[éí]$|^(?:hice|puse|di)$/u,
  joining: / (?:y|e|pero|porque|pues) /,
  open: `no ni nunca jamás nada nadie ningún ninguna ninguno si cuando hasta podría podrían será serán puede pueden pudiera antes`,
};

const italian: Grammar = {
  words: `il lo la i gli le l un uno una di del della dei delle al alla ai alle da dal in nel con per su sul io noi lei voi mi ci si suo sua suoi nostro questo questa è sono
era stato stata stati state ho abbiamo ha hanno non e o ma se che cosa dove già ora ancora ordine pacco pagamento rimborso conto sì grazie buongiorno camera prenotazione giorno giorni`,
  done: [
    /(?<!\p{L})(?:ho|abbiamo|avevo|avevamo|ha|hanno) (?:(?:già|ora|anche|appena) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(?:stat[oaie]) (?:(?:già|ora|\p{L}+mente) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(?:è|sono|viene|risulta) (?:(?:già|ora|adesso|\p{L}+mente) ){0,4}(\p{L}+(?:at|it|ut)[oaie]|chius[oaie]|res[oaie]|fatt[oaie]|corrett[oaie]|pers[oaie])(?!\p{L})/gu,
    /(?<!\p{L})(?:si è|si sono) (\p{L}+)/gu,
    /^\W{0,3}(fatto|ecco fatto)(?!\p{L})/gu,
  ],
  bare: { ends: 'ato ata ati ate ito ita iti ite uto uta uti ute fermo fatto fatta' },
  harmless: `stat trovat vist controllat verificat guardat cercat lett consultat ricevut notat bisogn confrontat capit`,
  events: `transit effettuat ordinat acquistat pagat addebitat fatturat spedit consegnat affidat ritirat smistat vist previst attes registrat creat ricevut inclus prenotat fatt stat`,
  suffered: 'addebitat',
  endings: 'annullat',
  self: /^(?:ho|avevo) /u,
  joining: / (?:e|ed|ma|perché|quindi) /,
  open: `non né mai nulla niente nessun nessuna nessuno se quando finché potrebbe sarà saranno può possono prima`,
};

const dutch: Grammar = {
  words: `de het een ik we wij u uw jij je hij zij mijn ons onze dit dat deze die is zijn was waren werd werden wordt worden heb hebben heeft had kan kunnen niet geen en of
maar als van naar in op aan voor met bij uit over nog nu al reeds er bestelling pakket betaling terugbetaling bedrag rekening ja nee dank bedankt hallo kamer boeking dag dagen`,
  done: [
    /(?<!\p{L})(?:ik|we|wij) (?:(?:nu|ook|al) ){0,4}(\p{L}+)/gu,
    /(?<!\p{L})(\p{L}{3,}) (?:ik|wij)(?!\p{L})/gu,
    /^\W{0,3}(klaar|geregeld|gedaan)(?!\p{L})/gu,
  ],
  atEnd: [
    { auxiliary: /^(?:heb|hebben)$/, verb: anyVerb },
    {
      auxiliary: /^(?:heeft|had|hadden|is|zijn|werd|werden|was|waren)$/,
      verb: dutchVerb,
    },
  ],
  bare: { ...dutchVerb, mayEnd: 'd t' },
  harmless: `kan kunnen zie zien vind vinden vond gevonden gezien gekeken nagekeken gecontroleerd gezocht gelezen begrijp spijt hoop hopen heb hebben had ben zijn wil willen zou
moet moeten weet weten denk raad adviseer dank dat als omdat en of wat hoe waar niet ontvangen vergeleken alleen`,
  events: `geplaatst besteld geboekt betaald afgeschreven verzonden verstuurd bezorgd geleverd afgeleverd overhandigd opgehaald gesorteerd gezien verwacht geregistreerd aangemaakt
ontvangen gekocht gefactureerd opgenomen gepland overgedragen`,
  suffered: 'afgeschreven',
  endings: 'geannuleerd',
  self: /(?<!\p{L})ik(?!\p{L})/u,
  joining: / (?:en|maar|omdat|zodat|want) /,
  open: `niet geen nooit niets niemand als zodra of wanneer totdat zou zouden wordt worden zal kan kunnen voordat`,
  deniesBehind: true,
};

const portuguese: Grammar = {
  words: `o a os as um uma uns umas de do da dos das ao à no na nos nas em por pelo pela para com sem eu nós você vocês lhe lhes me se seu sua seus suas meu nosso este esta isto
é são foi foram era está estão tem têm não nem e ou mas que onde já agora ainda quando pedido encomenda pagamento reembolso conta valor sim obrigado obrigada olá quarto reserva dia dias`,
  done: [
    /(?<!\p{L})(?:tenho|temos|tinha|tem|têm) (\p{L}+(?:ad|id)o)(?!\p{L})/gu,
    /(?<!\p{L})(?:foi|foram|sido|está|estão|ficou|ficaram) (?:já |agora )*(\p{L}+(?:ad|id)[oa]s?|feit[oa]s?|pag[oa]s?|entregues?|aceit[oea]s?|post[oa]s?|resolvid[oa]s?)(?!\p{L})/gu,
    /(?<!\p{L})(\p{L}{2,}(?:ei|ámos|amos|emos|imos)|fiz|pus|dei|fizemos|pusemos|demos)(?!\p{L})/gu,
    /(?<!\p{L})(acab(?:o|ei|amos|ámos) de \p{L}+)/gu,
    /(?<!\p{L})(?:equipa|equipe|colegas?|departamento|armazém|banco) (?:já )?(\p{L}{2,}(?:ou|eu|iu|aram|eram|iram))(?!\p{L})/gu,
    /^\W{0,3}(feito|pronto)(?!\p{L})/gu,
  ],
  bare: { ends: `${romanceVerb.ends} feito feita` },
  harmless: `sido encontr vi verifi consult procur olhei olhado olhamos li conferi podemos vemos lament temos sabemos somos estamos receb compar queremos recomend`,
  events: `feit realizad comprad pag pago paga pagos pagas pagou cobrad debitad faturad enviad entregu entregad expedid recolhid vist esperad previst registad registrad criad recebid incluid reservad efetuad`,
  suffered: 'cobrad debitad',
  endings: 'cancelad anulad',
  self: /^tenho |ei$|^(?:fiz|pus)$/u,
  joining: / (?:e|mas|porque|portanto|pois) /,
  open: `não nem nunca jamais nada ninguém nenhum nenhuma se quando até poderia será serão pode podem antes`,
};

/** By the code of each language. */
export const grammars: Readonly<Record<string, Grammar>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  nl: dutch,
  pt: portuguese,
};
