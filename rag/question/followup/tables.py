"""What tells a follow-up in each language, as patterns on flat text (lower case, no accents). A new language is a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class FollowUpGrammar(NamedTuple):
    """The closed classes of a language."""

    opening: str  # "et", "what about"
    asking: str  # question words, with a preposition before them or a noun after them
    who: str  # the subject question words
    is_: str  # after who, asks for one who is named
    what: str  # those that fragments are not made of
    demonstrative: (
        str  # what may follow a question word that asks about the last exchange: "was that"
    )
    said: str  # "said that", after who
    here: str  # prepositions of place
    other: str  # other prepositions
    article: str
    helping: str  # auxiliaries, copulas, pronouns: no fragment holds them
    subject: str  # pronouns that stand for a name
    object: str
    possessive: str
    impersonal: str  # where a pronoun stands for nothing
    there: str  # adverbs of place
    that: str  # demonstratives that stand for what was said
    this: str  # demonstratives before a noun
    owned: str  # "his salary" once a name stands for "his": {name}, {thing}
    after_verb: bool = False  # whether a subject comes after the verb in questions
    drops: bool = False  # whether a subject pronoun may be left out


GRAMMARS: Mapping[str, FollowUpGrammar] = {
    "fr": FollowUpGrammar(
        opening=r"(?:ok,? )?(?:et|mais|sinon|alors|donc)(?: (?:pour|quant a|concernant))?|"
        r"qu'en est-il (?:de|du|des|pour)|quid (?:de|du|des)",
        asking=r"(?:(?:depuis|jusqu'a|a partir de|pour) )?quand|pourquoi|(?:de |depuis |pour )?combien(?: d(?:e |')[\w-]+)?|"
        r"comment|d'où|où|ou(?=$)|"
        r"(?:(?:avec|par|pour|chez|de|a) )?qui|(?:(?:a|en|dans|pour|de) )?quel(?:le)?s? (?!est\b|sont\b|etai|ser|fu)[\w-]+",
        who=r"qui",
        is_=r"est|etait",
        what=r"qu'est-ce qu(?:e|')|que|qu'",
        demonstrative=r"(?:est-ce que )?(?:c'est|c'etait|etait-ce|est-ce|sera-ce|cela|ca|exactement|precisement|donc)",
        said=r"(?:a |l'a |le )?(?:dit|declare|affirme|annonce|ecrit|raconte|explique|pretend|revele|rapporte)",
        here=r"en|au|aux|a la|a l'|a|dans la|dans le|dans l'|dans les|dans",
        other=r"de la|de l'|de|d'|du|des|chez|par|avec|pour|sur|contre|vers|entre|selon|depuis|apres|avant|sans",
        article=r"le|la|l'|les|un|une",
        helping=r"est|sont|a|ont|va|vont|etait|sera|fait|faut|il|elle|ils|elles|on|je|tu|nous|vous|que|qu'\w+|alors|apres|"
        r"encore|oui|non|"
        r"quel(?:le)?s?|merci|puis|ensuite|peut|peux|se|ne|moi|toi|si|quoi|aussi|plus|voir",
        subject=r"il|elle|ils|elles",
        object=r"(?<=de )lui|(?<=chez )lui|(?<=avec )lui|(?<=par )lui|(?<=pour )lui|(?<=contre )lui|(?<=sur )lui",
        possessive=r"son|sa|ses|leurs?",
        impersonal=r"y (?:a|avait|aura|aurait|eut)-t?-?il|il y a\w*|(?:fau\w+|fallait)(?:-t)?-il|il (?:faut|s'agit|reste)|"
        r"s'agi\w+-il|"
        r"(?:se|s'est) \w+(?:-t)?-il|(?:reste|existe|manque)-t-il|est-il (?:possible|vrai|necessaire|prevu|question|interdit)",
        there=r"la-bas|y(?! (?:a|avait|aura)\b)",
        that=r"ca|cela",
        this=r"(?<!est-)(?<!qu'est-)c(?:e|et|ette|es)(?! (?:que|qui|sont|n'|ne)\b)"
        r"(?!(?: \w+)? (?:annee|mois|semaine|jours?|temps|moment|fois))(?= \w)",
        owned="le {thing} de {name}",
    ),
    "en": FollowUpGrammar(
        opening=r"(?:and |but |so )?(?:what|how) about|(?:ok,? )?(?:and|but|so|then)(?: (?:for|what about))?|ok,?|what of",
        asking=r"(?:(?:since|until|by) )?when|why|how come|(?:by )?how (?:much|many)(?: (?!does|is|was|has)(?:[\w-]+s|"
        r"people|money|staff))?|"
        r"how (?:long|often|far|old|big|large|high)|how|(?:from )?where|(?:(?:by|with|to|for|from) )?who(?:m|se)?|"
        r"(?:(?:in|at|on|for|to|by|since) )?(?:which (?!is|are|was|were|of)[\w-]+|what (?:year|month|day|date|time|city|"
        r"country|company|"
        r"amount|price|share|percentage|reason|place))",
        who=r"who",
        is_=r"is|was|are",
        what=r"what",
        demonstrative=r"(?:(?:is|was|will|did|does|has|'s) )?(?:that|this|it)(?: (?:be|happen|happened|so|the case|"
        r"announced))?|exactly|so",
        said=r"(?:said|says|claimed|claims|announced|wrote|reported|told|revealed|explained|stated)",
        here=r"in|across|inside|within",
        other=r"according to|of|by|at|from|with|for|about|to|on|against|between|among|after|before|than|over|into|under",
        article=r"the|an|a",
        helping=r"is|are|was|were|be|do|does|did|has|have|had|will|would|can|could|should|may|might|i|you|we|he|she|it|they|"
        r"that|this|then|"
        r"what|which|so|now|else|more|thanks|yes|no|not|him|her|them|there|here|if|or|please|again",
        subject=r"he|she|they|it",
        object=r"him|her|them|it",
        possessive=r"his|her|its|their",
        impersonal=r"(?:is|was|will|would|does|did|can|has) it (?:be )?(?:possible|true|clear|likely|necessary|take|takes|"
        r"cost|rain\w*|worth|"
        r"matter|mean|that|who)|it (?:is|was|takes|took|seems|rain\w*)|time (?:is|was) it",
        there=r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!will )(?<!that )(?<!if )(?<=\w )there",
        that=r"(?<=did )that|(?<=does )that|(?<=about )that|(?<=after )that|(?<=by )that|(?<=of )that|(?<=will )that|"
        r"(?<=would )that",
        this=r"(?:this|these|those)(?! (?:days?|years?|months?|weeks?|time|quarter))|"
        r"(?:(?<=is )|(?<=was )|(?<=of )|(?<=in )|(?<=at )|(?<=by )|(?<=on ))that(?= \w)",
        owned="{name}'s {thing}",
    ),
    "de": FollowUpGrammar(
        opening=r"(?:ok,? )?(?:und|aber|also)(?: (?:was ist|wie (?:ist|sieht) es|wie steht es))?(?: (?:mit|bei|fur))?|(?:was ist|"
        r"wie steht es) mit",
        asking=r"(?:(?:seit|bis|ab) )?wann|warum|wieso|weshalb|wozu|(?:um )?wie ?(?:viele?n?|hoch|lange|oft|gross|"
        r"alt)(?: [\w-]+)?|wie|"
        r"wo(?:her|hin)?|(?:(?:von|mit|fur|bei|an) )?we(?:r|n|m|ssen)|(?:(?:in|an|bei|fur|zu) )?welche[rsmn]? (?!ist|sind|"
        r"war)[\w-]+",
        who=r"wer",
        is_=r"ist|war|sind",
        what=r"was",
        demonstrative=r"(?:(?:war|ist|wird|geschah|passiert\w*) )?(?:das|dies|es)(?: (?:denn|so|passiert|geschehen|gewesen|"
        r"sein))?|denn|genau",
        said=r"(?:hat |sagt|sagte|behauptet\w*|erklart\w*|schrieb|meldet\w*)(?:das |es |dies )?(?: ?(?:das|es|"
        r"dies))?(?:gesagt|erklart|behauptet|"
        r"gemeldet|geschrieben|berichtet)?",
        here=r"in der|in den|in|im",
        other=r"laut|von der|von|vom|bei der|bei|beim|mit|fur|an|am|auf|aus|nach|zu|zum|zur|uber|gegen|seit|durch|unter|um",
        article=r"der|die|das|den|dem|des|eine?[rnms]?",
        helping=r"ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|hatte|kann|konnen|soll|will|ich|du|er|sie|es|wir|"
        r"man|was|dann|jetzt|noch|"
        r"nun|ja|nein|danke|sonst|weiter|das|dass|ob|wenn|nicht|auch|hier",
        subject=r"er|sie",
        object=r"ihn|ihm|ihnen|es(?=$)",
        possessive=r"sein(?:e[rsmn]?)?|ihr(?:e[rsmn]?)?",
        impersonal=r"(?!)",
        there=r"dort|da(?=$)",
        that=r"das(?=$| (?:fur|kosten|andern|bedeuten)\b)",
        this=r"(?:diese|jene)[rsmn]?(?! (?:jahre?s?|monate?s?|woche|tage?))",
        owned="{name}s {thing}",
        after_verb=True,
    ),
    "es": FollowUpGrammar(
        opening=r"(?:ok,? )?(?:y|e|pero|entonces)(?: (?:que (?:hay|pasa) (?:de|con)|para|con))?|que hay de",
        asking=r"(?:(?:desde|hasta|para) )?cuando|(?:por|para) que|(?:en |de )?cuant(?:[oa]s [\w-]+s|a gente|"
        r"[oa]s?(?: dinero| tiempo)?)|como|"
        r"(?:de |a)?donde|(?:(?:con|por|para|de|a) )?quien(?:es)?|"
        r"(?:(?:en|a|de|con|desde) )?que (?:ano|mes|dia|fecha|ciudad|pais|empresa|importe|precio|parte|porcentaje|lugar|"
        r"aparatos?)",
        who=r"quien(?:es)?",
        is_=r"es|fue|era|son",
        what=r"que",
        demonstrative=r"(?:(?:fue|es|sera|ocurrio|paso|sucedio|era) )?(?:eso|esto|ello)|exactamente",
        said=r"(?:lo |ha )?(?:dijo|dicho|dice|afirmo|afirma|anuncio|conto|revelo|declaro|explico|escribio|informo)",
        here=r"en el|en la|en los|en las|en",
        other=r"de la|de los|de las|del|de|por|con|para|a|al|sobre|contra|entre|desde|segun|hasta|tras|sin",
        article=r"el|la|los|las|una?",
        helping=r"es|son|fue|era|ha|han|hay|esta|estan|va|yo|tu|ella|ellos|eso|esto|ello|que|entonces|luego|ahora|mas|si|no|"
        r"gracias|tambien|"
        r"despues|se|otra|alli",
        subject=r"ella|ellos|ellas",
        object=r"",
        possessive=r"sus?",
        impersonal=r"(?!)",
        there=r"alli|alla|ahi",
        that=r"(?:eso|esto|ello)(?=$| (?:para)\b)",
        this=r"(?:es[ae]s?|esos|este|est[ao]s)(?! (?:anos?|mes|semana|dias?))(?= \w)",
        owned="el {thing} de {name}",
        after_verb=True,
        drops=True,
    ),
    "it": FollowUpGrammar(
        opening=r"(?:e|ma)(?: (?:per|che dire di))?",
        asking=r"(?:(?:da|fino a) )?quando|perche|quant(?:[ie] [\w-]+[ie]|[oaie])|come|dove|(?:(?:con|per|da|di|a) )?chi|"
        r"(?:in )?qual[ei] (?!e |sono)[\w-]+",
        who=r"chi",
        is_=r"e|era",
        what=r"(?:che )?cosa|che",
        demonstrative=r"(?:(?:e|era|fu) )?(?:cio|questo|quello)(?: successo)?|esattamente",
        said=r"(?:l'ha |ha |lo )?(?:detto|dice|affermato|annunciato|scritto|raccontato|rivelato)",
        here=r"nel|nella|nell'|negli|in|a",
        other=r"dell'|della|del|di|da|dal|con|per|su|tra|secondo|dopo|contro",
        article=r"il|lo|la|l'|i|gli|le|una?",
        helping=r"e|sono|era|ha|hanno|c'e|va|io|tu|lui|lei|loro|che|poi|allora|ora|si|no|grazie|anche|non",
        subject=r"lui|lei|loro",
        object=r"",
        possessive=r"(?!)",
        impersonal=r"(?!)",
        there=r"laggiu",
        that=r"cio(?=$)|questo(?=$)",
        this=r"quest[oaie]|quell[oaie]",
        owned="",
        after_verb=True,
    ),
    "pt": FollowUpGrammar(
        opening=r"(?:e|mas)(?: (?:quanto a|para))?",
        asking=r"(?:(?:desde|ate) )?quando|por ?que|quant(?:[oa]s [\w-]+s|[oa]s?)|como|(?:de |a)?onde|(?:(?:com|por|para|"
        r"de) )?quem|(?:em )?qua(?:l|is) (?!e |sao)[\w-]+",
        who=r"quem",
        is_=r"e|foi|era",
        what=r"o que|que",
        demonstrative=r"(?:(?:foi|e|era) )?(?:isso|isto)(?: aconteceu)?|exatamente",
        said=r"(?:o )?(?:disse|diz|afirmou|anunciou|escreveu|contou|revelou)",
        here=r"em|no|na|nos|nas",
        other=r"do|da|dos|das|de|por|com|para|ao|sobre|entre|contra|segundo",
        article=r"o|a|os|as|uma?",
        helping=r"e|sao|foi|era|ha|tem|vai|eu|ele|ela|eles|elas|que|depois|entao|agora|sim|nao|obrigad[oa]|tambem",
        subject=r"ele|ela|eles|elas",
        object=r"",
        possessive=r"(?!)",
        impersonal=r"(?!)",
        there=r"la(?=$)|ali",
        that=r"isso(?=$)|isto(?=$)",
        this=r"(?:n|d)?es[st][ea]s?",
        owned="",
        after_verb=True,
    ),
    "nl": FollowUpGrammar(
        opening=r"(?:en|maar)(?: (?:hoe zit het met|voor))?|hoe zit het met",
        asking=r"(?:(?:sinds|tot) )?wanneer|waarom|hoeveel(?: mensen| banen| geld)?|hoe(?: (?:lang|groot|hoog|vaak))?|waar|"
        r"(?:(?:met|van|voor|door) )?wie|(?:in )?welke? [\w-]+",
        who=r"wie",
        is_=r"is|was",
        what=r"wat",
        demonstrative=r"(?:(?:was|is) )?(?:dat|dit)(?: gebeurd)?|precies",
        said=r"(?:heeft |zei|zegt)(?: ?(?:dat|dit))?(?: ?(?:gezegd|gemeld|verteld))?",
        here=r"in het|in de|in",
        other=r"van|bij|met|voor|door|aan|op|naar|over|tegen|uit|volgens",
        article=r"de|het|een",
        helping=r"is|zijn|was|waren|wordt|worden|heeft|hebben|kan|zal|ik|jij|hij|zij|ze|wij|dan|nu|ja|nee|nog|dat|dit|ook|niet",
        subject=r"hij|zij|ze",
        object=r"hem|haar(?=$)",
        possessive=r"(?!)",
        impersonal=r"(?!)",
        there=r"daar",
        that=r"dat(?=$)",
        this=r"deze|dit|die",
        owned="",
        after_verb=True,
    ),
}

# Where a name with its article takes a preposition of place: "et le Luxembourg ?" is "au Luxembourg"
CONTRACTED: Mapping[str, Mapping[str, str]] = {
    "fr": {"le": "au ", "les": "aux ", "la": "en ", "l'": "en "},
    "de": {"die": "in der "},
}
ARTICLES_OF: Mapping[str, str] = {
    "sa": "la",
    "ses": "les",
    "leurs": "les",
}  # French articles in the place of possessives
