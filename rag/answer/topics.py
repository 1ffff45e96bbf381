"""What a newspaper reader asks about, and in which words it is written: who leads, who said it, since when, what share.

The same cue in a question and in a sentence says that they speak of the same thing, whatever the word: "Qui dirige …?" and
"le patron de …". Closed tables of the shipped languages; ``rag.answer.features`` crosses them with the rest.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

# Folded words in no order; a star stands for any ending.
WORDS: Mapping[str, str] = {
    "leads": """dirig* patron patronne pdg presid* directeur directrice direct* dg chef cheffe chefs tete ministre fondat*
    command* boss bosses ceo chief head heads headed lead leads led leader* chair* runs run minister founder* vorstand* leit*
    geschaftsfuhr* spitze vorsitz* intendant* minist* grunder* jefe jefa encabez* consejero fundador* cargo capo guida
    amministratore fondatore chefe lidera* baas leid* topman bestuur*""",
    "succeeds": """remplac* succed* success* nomm* nomin* design* partant sortant sortante depart quitt* demission* prend* elu
    elue replac* succeed* successor* appoint* named outgoing resign* depart* leav* elected ersetz* nachfolg* folg* ernann*
    berufen gewahlt zuruck* scheid* ablos* sustitu* reemplaz* suced* nombr* saliente dimit* dimis* elegid* sostitu* succed*
    nominat* eletto substitu* nomead* vervang* opvolg* benoem*""",
    "works": """entre entree rejoint rejoindre embauch* recrut* carriere travaill* debut* arrive arrivee passe passes joined
    join joins hired career worked works working employed arbeitet* arbeit* angefang* begonnen eingetreten beschaftigt* trabaj*
    entro ingres* incorpor* contrat* lavor* assunt* entrat* trabalh* werkt gewerkt""",
    "said": """selon dit disent disait affirm* annonc* declar* assur* estim* racont* expliqu* revel* indiqu* rapport* cite
    citent preven* salue deplor* denonc* promet promis d'apres apres source agence said says say according claim* report* told
    tell* announc* reveal* stat* explain* argu* warn* agency sagt* sage gesagt laut erklart* erklar* berichte* behaupt* meld*
    zufolge verkund* gemeldet nannte nennt angekundigt dijo dicho dice dicen segun afirm* anunci* declar* asegur* conto conta
    contaron explic* revel* inform* agencia secondo detto dice dichiar* annunc* disse diz segundo zei zegt volgens""",
    "since": """depuis remont* debut* commenc* lanc* cree creee fonde fondee inaugur* ouvert ouverte since began begin* start*
    founded launch* opened created seit seitdem begann begonn* gestartet gegrundet startet* eroffnet desde comenz* empez*
    fundad* inici* lanz* cread* dal dalla iniziat* fondat* sinds begon*""",
    "ends": """jusqu jusque fin finir term* acheve* expir* clot* ferm* cess* echeance until till end* clos* expire* finish* bis
    ende* schliess* geschloss* auslauf* hasta cierr* cerr* termin* venc* fino fine chiu* ate fim tot einde""",
    "earlier": """auparavant precedent* avant anterieur* earlier previous* before prior ago vorher* zuvor vorig* fruher*
    vorjahr* davor antes anterior* previ* prima precedent* eerder vorig*""",
    "share": """part parts pourcentage* proportion* taux pourcent share shares percent* proportion rate anteil* prozent* quote
    quoten porcentaje* parte proporcion* tasa cuota percentual* quota percentage* aandeel""",
    "change": """hauss* augment* progress* croissance croit gagn* baiss* recul* chut* perd* perte diminu* tomb* bond* doubl*
    tripl* ris* rose grew grow* increas* gain* fell fall* drop* declin* decreas* lost loss* jump* steig* stieg* gestieg* wachs*
    wuchs gewachs* sink* sank gesunk* fiel gefall* zuleg* verlor* ruckgang* zuwachs subi* sube* aument* crec* baj* cay* caid*
    perd* pierd* gano ganan descend* sal* cresc* calo stijg* dal* groei*""",
    "money": """euro euros dollar* milliard* million* livre livres cout* coute* prix pay* paie* vers* depens* invest* financ*
    budget* montant* somme* chiffre benefice* recett* ventes dette* salaire* achat* achet* rachat* rachet* valeur valoris*
    billion* cost* price* paid spend* spent revenue* sales profit* income earn* salar* debt* worth valu* amount* buy bought
    acqui* milliarden millionen kost* preis* zahl* ausgeb* ausgegeben umsatz* gewinn* ertrag* erlos* gehalt* schuld* wert kauf*
    gekauft betrag* dolares millones coste* cuest* costo precio* pag* gast* inver* ingres* venta* factur* benefici* ganancia*
    sueldo* deuda* valor compr* importe dollari miliard* milion* prezz* spes* ricav* utile""",
    "people": """personne* salari* employ* emplois emploi poste postes effectif* collaborat* travailleur* gens habitant* jobs
    job people staff workers worker workforce positions position headcount stellen stelle beschaftigt* mitarbeit* angestellt*
    arbeitsplatz* menschen leute einwohner* empleo* puesto* persona* plantilla trabajador* dipendent* lavorator* posti persone
    pessoas banen""",
    "cuts": """licenci* supprim* suppression* depart* coup* reduc* redui* dispar* remerci* cut* layoff* laid lay fire* fired
    redundan* dismiss* axe* eliminat* entlass* streich* gestrich* abbau* kundig* gekundigt wegfall* despid* despedid* despido*
    recort* suprim* supres* elimin* licenz* tagli* ontsla* schrap*""",
    "cause": """pourquoi raison* cause* car parce puisque afin expliqu* faute grace justif* invoq* motif* face why reason*
    because due since explain* amid order warum wieso weshalb grund* weil wegen denn damit begrund* aufgrund porque razon*
    motivo* debido causa* explic* gracias perche motivo ragione""",
    "place": """ou ville* pays siege install* situe* usine* site sites base bases basee region* where city cities country
    countries based located headquarter* plant plants wo stadt stadte* land landern lander sitz standort* werk werke* liegt
    donde ciudad* pais* sede fabrica* planta* ubicad* dove citta paese waar""",
    "made": """fabriqu* produi* concoi* concu concue dessin* developp* puce* modele* appareil* present* devoil* sort* make* made
    produc* design* develop* chip* device* unveil* releas* present* entwickel* herstell* hergestellt bau* gebaut chips gerat*
    vorgestellt vorstell* entwurf* desarroll* fabric* disenad* disenar diseno dispositivo* lanz* svilupp*""",
}
TOPICS = tuple(WORDS)
ALIKE = ("leads", "succeeds", "cuts")  # cues whose words say the same
SHORTEST = 2  # letters before a star


@cache
def _table() -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]], int]:
    """The cues of each whole word, those of each beginning, and the longest beginning."""
    whole: dict[str, tuple[int, ...]] = {}
    begins: dict[str, tuple[int, ...]] = {}
    for place, words in enumerate(WORDS.values()):
        for word in set(words.split()):
            table, key = (begins, word[:-1]) if word.endswith("*") else (whole, word)
            table[key] = (*table.get(key, ()), place)
    return whole, begins, max(map(len, begins))


@cache
def _of(term: str) -> frozenset[int]:
    """The cues of a folded word."""
    whole, begins, longest = _table()
    starts = (term[:length] for length in range(SHORTEST, min(len(term), longest) + 1))
    return frozenset(
        [*whole.get(term, ()), *(cue for start in starts for cue in begins.get(start, ()))]
    )


def find_topics(terms: Iterable[str]) -> list[bool]:
    """Which of ``CUES`` the folded words of a text give."""
    given: set[int] = set().union(*map(_of, terms))
    return [place in given for place in range(len(TOPICS))]


def mark_topics(texts: Iterable[Iterable[str]]) -> NDArray[np.bool_]:
    """(texts, CUES): which cues the folded words of each text give."""
    return np.array([find_topics(text) for text in texts], dtype=bool).reshape(-1, len(TOPICS))


def mark_shared_topics(
    terms: Sequence[str], said: NDArray[np.bool_], among: Collection[str] = TOPICS
) -> NDArray[np.float64]:
    """(terms, texts): 1 where a text that gives the cues ``said`` gives one that a term gives, of those ``among``, else 0."""
    asked = mark_topics([term] for term in terms) & [cue in among for cue in TOPICS]
    return np.asarray((asked[:, None] & said).any(axis=2), dtype=np.float64)
