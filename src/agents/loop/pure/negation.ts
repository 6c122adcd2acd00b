/** Words by which a sentence denies something, or says that it is yet to come, in many languages. */
export const negation =
  /(?<!\p{L})(?:not?|cannot|never|none|isn't|hasn't|wasn't|nicht|kein\p{L}*|nie|pas|jamais|aucun\p{L}*|sans|sin|nunca|ningun\p{L}*|non|mai|nessun\p{L}*|não|nenhum\p{L}*|niet|geen|nie|inte|ikke|ei|не|нет)(?!\p{L})|n't\b|没|未|不|ない|ません/iu;

export const future =
  /(?<!\p{L})(?:will|would|can|could|may|might|shall|should|once|when|if|until|to be|going to|ask|request\p{L}*|want\p{L}*|wish\p{L}*|please|approv\p{L}*|decid\p{L}*|pending|wait\p{L}*|expected|wird|werden|kann|können|könnte\p{L}*|sobald|wenn|falls|möchte\p{L}*|bitte|erwartet|genehmig\p{L}*|sera|seront|peut|pouvez|pourra\p{L}*|si|quand|souhait\p{L}*|attend\p{L}*|será|puede\p{L}*|podrá|cuando|espera\p{L}*|sarà|può|quando|se|poderá|pode|zal|kan|wordt|als|будет|может|если)(?!\p{L})|\?|将|会|可以|如果|予定|できます|場合/iu;
