/**
 * Words that say nothing anybody could have brought about: what there is, how much of it, when, and how it is spoken of.
 * What a sentence of the present says in other words is a state, and its rows say so or nobody here can.
 */

export interface Vocabulary {
  /** As words begin; those of up to three letters are whole words. */
  readonly plain: string;
  /** More of them, that runs do not have which began before directions were read. */
  readonly plainSince?: string;
  /** Says that something is so that was not so before. */
  readonly turn: RegExp;
  /** What depends on them, is asked or is denied says of nothing that it is so; a promise is none of them. */
  readonly promises: string;
}

const english: Vocabulary = {
  plain: `one two three four five six seven eight nine ten first second third last next latest newest oldest earlier later other another same different every either several
few many single double twice only yet ever else more most less least much enough about around between within during since under over above below per via through together along
very quite too so well date time hour minute moment week month year morning evening night amount sum total price currency euro dollar cent tax vat number code name
title item product article piece pair quantity colour color model brand customer status state detail information info record row entry list overview page question answer reason
request carrier courier shop seller card bank purchase contain includ consist cost belong concern relat match equal differ amount mean seem appear look sound like say show tell
call exist happen start arriv likely possib available sure certain clear unclear correct right wrong exact approximat current actual usual normal estimat decid decision let us help
glad happy anything something everything nothing thing kind both whose why how any such these case fact according regard below following follow far each left still track patience frustrat inconvenien hear order parcel package payment charge
ones rows sums taxes says lets fewer summar percent person perhaps period anyone anybody anyway however`,
  turn: /(?<!\p{L})(?:no longer|any ?more|again|back|instead|from now on|now)(?!\p{L})/u,
  promises: 'will before until',
};

const german: Vocabulary = {
  plain: `eins zwei drei vier fünf sechs sieben acht neun zehn erst zweit dritt letzt nächst neuest früh spät andere anderen weiter gleich selb verschieden jede jeder jedes mehrere
einige viele einzeln doppelt zweimal einmal nur noch auch sonst mehr wenig genug etwa rund zwischen während seit unter über pro durch zusammen insgesamt jeweils beide beiden sehr
gut so datum zeit uhr stunde minute woche monat jahr morgen abend summe gesamt preis währung euro cent steuer nummer name titel artikel produkt stück paar menge farbe
modell marke kund status stand angabe information daten eintrag zeile liste übersicht seite frage antwort grund anfrage versender dienstleister laden händler karte bank kauf
enthält enthalten umfass besteh kostet kosten gehör betrifft betreff beträgt betragen heißt heiß lautet zeigt zeig scheint sieht aussieht bedeut stimm entsprech vorlieg liegt vor laut
wahrscheinlich möglich verfügbar sicher klar unklar richtig falsch genau aktuell derzeit momentan üblich normal voraussichtlich entscheid sagen sag lassen helfe etwas alles
dies diese dieser dieses diesem diesen solche warum wie bitte wir leider gern dazu davon darin darauf hierzu um am als vielen geduld verständnis freundlich grüße ärger bestellung paket zahlung abbuchung buchung
gute guter gutes guten sagt also wirklich wieviel`,
  turn: /(?<!\p{L})(?:nicht mehr|kein\p{L}* mehr|wieder|zurück|jetzt|nun|ab sofort|stattdessen|nunmehr)(?!\p{L})/u,
  promises: 'wird werden bevor bis',
};

const french: Vocabulary = {
  plain: `deux trois quatre cinq six sept huit neuf dix premi second deuxième troisième derni prochain autre même différent chaque plusieurs quelques seul double fois toujours encore
aussi seulement moins plus très assez environ entre pendant depuis sous par ensemble total date heure minute moment semaine mois année matin soir nuit somme prix
devise euro centime taxe tva numéro nom titre article produit pièce paire quantité couleur modèle marque client statut état détail information donnée ligne liste page question
réponse raison demande transporteur boutique magasin vendeur carte banque achat contient contenir comprend coûte coût appartient concern correspond indiqu montre dit semble paraît
signifie existe arriv probable possible disponible sûr certain clair correct exact actuel habituel normal estim décid dire aider quelque chose tout tous toute cela ça voici voilà dont
pourquoi comment celui celle ceux ces leurs merci ici là tel lieu prévu patience désolé excus cordial commande colis paiement débit eu
noms nombre sûre sûrs sûres cette telle tels telles parfois`,
  turn: /(?<!\p{L})(?:ne \p{L}+ plus|n['’]\p{L}+ plus|désormais|dorénavant|à nouveau|de nouveau|de retour|maintenant|plutôt)(?!\p{L})/u,
  promises: 'sera seront avant',
};

const spanish: Vocabulary = {
  plain: `dos tres cuatro cinco seis siete ocho nueve diez primer segund tercer últim próxim otro otra otros otras mismo misma distint diferent cada varios varias alguno algunos único
única solo sólo doble veces vez siempre todavía también más menos muy bastante unos entre durante desde bajo cerca junto total fecha hora minuto momento semana mes año
tarde noche importe suma precio moneda euro céntimo impuesto iva número nombre título artículo producto pieza par cantidad color modelo marca cliente estado detalle información dato
línea lista página pregunta respuesta motivo razón solicitud transportista tienda vendedor tarjeta banco compra contiene contener incluye cuesta costo pertenece corresponde concierne
indica muestra dice parece significa existe sigue llega probable posible disponible seguro cierto claro correcto exact actual habitual normal estimad decid decir ayudar algo todo toda
todos todas eso esto esos estas cual cuál cómo porqué ambos ambas aquel esper dos previst paciencia siento disculp molest pedido paquete pago cargo cobro
meses años para pares`,
  turn: /(?<!\p{L})(?:ya no|de nuevo|de vuelta|nuevamente|ahora|a partir de ahora|en su lugar)(?!\p{L})/u,
  promises: 'será serán hasta antes',
};

const italian: Vocabulary = {
  plain: `due tre quattro cinque sei sette otto nove dieci prim second terz ultim prossim altro altra altri altre stesso stessa stessi divers ogni alcuni alcune solo sola soltanto
doppio volta volte sempre anche più meno molto abbastanza circa tra fra durante sotto insieme total data ora ore minuto momento settimana mese anno mattina sera notte importo
somma prezzo valuta euro centesim tassa iva numero nome titolo articolo prodotto pezzo paio quantità colore modello marca cliente stato dettaglio informazion dato dati riga lista pagina
domanda risposta motivo ragione richiesta corriere negozio venditore carta banca acquisto contiene contenere comprende include costa costo appartien corrispond riguarda indica mostra
dice sembra significa esiste arriv probabil possibil disponibil sicur cert chiar corrett esatt attual solit normal stimat decid dire aiutare qualcosa tutto tutta tutti ciò quello quella
quale come perché entrambi entrambe previst pazienza dispiac scus ordin pacc pagament addebit atteso orario`,
  turn: /(?<!\p{L})(?:non \p{L}+ più|di nuovo|indietro|nuovamente|adesso|ora|d['’]ora in poi|invece)(?!\p{L})/u,
  promises: 'sarà saranno finché prima',
};

const dutch: Vocabulary = {
  plain: `een twee drie vier vijf zes zeven acht negen tien eerst tweed derd laatst volgend ander andere zelfde dezelfde hetzelfde verschillend elk elke ieder iedere enkele meerdere
paar alleen dubbel keer altijd ook nog meer minder zeer heel erg genoeg ongeveer tussen tijdens sinds onder samen totaal datum tijd uur minuut moment week maand jaar
ochtend avond nacht som prijs valuta euro cent belasting btw nummer naam titel artikel product stuk paar aantal kleur model merk klant status stand detail informatie gegeven regel lijst
pagina vraag antwoord reden verzoek vervoerder winkel verkoper kaart bank aankoop bevat omvat kost hoort horen behoort betreft komt overeen bedraagt heet toont blijkt lijkt betekent
bestaat aankom waarschijnlijk mogelijk beschikbaar zeker duidelijk correct juist precies actueel momenteel gebruikelijk normaal geschat beslis zeggen helpen iets alles beide allebei
waarom hoe welke zulke twee keer tweemaal om ze was verwacht geduld spijt excuses hebt bestelling pakket betaling afschrijving
sommen soms hoeveel ergens`,
  plainSince: 'uren',
  turn: /(?<!\p{L})(?:niet meer|geen \p{L}+ meer|weer|terug|opnieuw|nu|voortaan|in plaats daarvan)(?!\p{L})/u,
  promises: 'wordt worden zal voordat totdat',
};

const portuguese: Vocabulary = {
  plain: `dois duas três quatro cinco seis sete oito nove dez primeir segund terceir últim próxim outro outra outros outras mesmo mesma diferent cada vários várias alguns algumas único
única só apenas dobro vez vezes sempre ainda também mais menos muito bastante cerca entre durante desde sob junto total data hora minuto momento semana mês ano tarde
noite montante soma preço moeda euro cêntimo centavo imposto iva número nome título artigo produto peça par quantidade cor modelo marca cliente estado detalhe informaç dado linha lista
página pergunta resposta motivo razão pedid transportador loja vendedor cartão banco compra contém conter inclui custa custo pertence corresponde respeita indica mostra diz parece
significa existe continua chega provável possível disponível segur certo claro correto exat atual habitual normal estimad decid dizer ajudar algo tudo toda todos todas isso esse essa
qual como porque ambos ambas às previst esperad continua paciência desculp connosco conosco pedido encomenda pagamento cobrança débito
anos cores para pares parte dizem`,
  plainSince: 'meses',
  turn: /(?<!\p{L})(?:já não|não \p{L}+ mais|de novo|de volta|novamente|agora|em vez disso)(?!\p{L})/u,
  promises: 'será serão até antes',
};

/** By the code of each language. */
export const vocabularies: Readonly<Record<string, Vocabulary>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  nl: dutch,
  pt: portuguese,
};
