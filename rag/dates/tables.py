"""The words that speak of days, in seven languages: one table each. A new language is a new table.

A line is a kind of word, its value, and the words: folded, ``_`` between the words of a phrase; a word written with an accent
counts only with it. ``2+`` counts up from 2 along the words, ``|`` stands between words of one value, ``_`` alone skips one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CAPITAL_MONTHS = frozenset(
    {"en", "de"}
)  # elsewhere a month with a capital inside a sentence is a name
CAPITAL_NOUNS = frozenset({"de"})
MONTH_FIRST = frozenset({"en"})  # 12/9/2025 may be December

_FR = """
offset -2+: avant_hier hier|hier_soir|hier_matin ce_matin|ce_soir|cet_apres_midi|cette_nuit _ apres_demain
today: aujourd_hui
tomorrow 1: demain
unit 0+: jour semaine mois trimestre semestre an|annee week_end|weekend|fin_de_semaine
units 0+: jours semaines _ trimestres semestres ans|annees _ _ heures
number 2+: deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze
number 20: vingt
number 30: trente
one 1: un une
few: quelques
past: dernier derniere
pasts: derniers dernieres recents recentes
last: passe passee
next: prochain prochaine prochains prochaines
this: ce cet cette ces
ordinal 1+: premier|premiere deuxieme|second|seconde troisieme quatrieme
month 1+: janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
abbr 1+: janv fevr|fev _ avr _ _ juil _ _ oct nov dec
doubtful: mars
weekday 0+: lundi mardi mercredi jeudi vendredi samedi dimanche
season 0+: printemps ete automne hiver
since: depuis dès a_partir_de a_partir_du a_partir_d a_compter_de a_compter_du
until: jusqu_a jusqu_au jusqu_en
by: d_ici d_ici_a
before: avant
after: apres
between: entre
and: et
to: a au
in: en pendant durant courant au_cours_de au_cours_des au_cours_du au_cours_d lors_de lors_des
of: de du des d
the: le la l les
ago: il_y_a
ahead: dans
here: ci de_cela
there: là
part 0+: debut mi|milieu fin
"""
_EN = """
offset -2+: day_before_yesterday yesterday|last_night this_morning|this_afternoon|this_evening|tonight _ day_after_tomorrow
today: today
tomorrow 1: tomorrow
unit 0+: day week month quarter _ year weekend fortnight
units 0+: days weeks months quarters _ years weekends fortnights hours
half: half
number 2+: two|couple|couple_of|a_couple_of three four five six seven eight nine ten eleven twelve
number 15: fifteen
number 20: twenty
number 30: thirty
one 1: a an one
few: few a_few several
past: past the_last
pasts: recent
last: last
next: next coming upcoming
this: this current
ordinal 1+: first second third fourth
month 1+: january february march april may june july august september october november december
abbr 1+: jan feb mar apr _ jun jul aug sep|sept oct nov dec
doubtful: march april may june august
weekday 0+: monday tuesday wednesday thursday friday saturday sunday
season 0+: spring summer autumn|fall winter
since: since starting as_of
until: until till up_to
by: by
before: before prior_to
after: after
between: between
and: and
to: to through
from: from
in: in during over throughout within
on: on
of: of
the: the
ago_after: ago
ahead_after: from_now
possessive: s
part 0+: early mid late
edge 0+: beginning|start middle end
"""
_DE = """
offset -2+: vorgestern gestern|gestern_abend|gestern_morgen heute_morgen|heute_abend|heute_fruh _ ubermorgen|uebermorgen
today: heute
tomorrow 1: morgen
word: am_morgen jeden_morgen guten_morgen
unit 0+: tag woche monat|monats quartal|quartals halbjahr|halbjahres jahr|jahres|jahre wochenende|wochenendes
units 0+: tage|tagen wochen monate|monaten quartale|quartalen _ jahren _ _ stunden
number 2+: zwei drei vier funf|fuenf sechs sieben acht neun zehn elf zwolf|zwoelf
number 15: funfzehn
number 20: zwanzig
number 30: dreissig
one 1: ein eine einem einen einer eines
few: einige einigen paar ein_paar wenigen
last: letzte letzten letzter letztes letztem vergangene vergangenen vergangener vergangenes vergangenem vorige vorigen voriges
next: nachste nachsten nachster nachstes nachstem naechste naechsten naechstes kommende kommenden kommender kommendes
this: diese dieser dieses diesem diesen laufende laufenden
ordinal 1+: erste|ersten|erster|erstes zweite|zweiten|zweiter|zweites dritte|dritten|drittes vierte|vierten|viertes
month 1+: januar|janner februar marz|maerz april mai juni juli august september oktober november dezember
abbr 1+: jan feb mrz apr _ jun jul aug sep|sept okt nov dez
doubtful: mai august
weekday 0+: montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag
season 0+: fruhling|fruhjahr sommer herbst winter
since: seit ab
until: bis bis_zu bis_zum bis_zur
vor: vor
after: nach
between: zwischen
and: und
from: von vom
in: im in wahrend
on: am
the: der die das den dem des
part 0+: anfang mitte ende
"""
_ES = """
offset -2+: anteayer|antes_de_ayer ayer|anoche esta_manana|esta_tarde|esta_noche _ pasado_manana
today: hoy
tomorrow 1: manana
word: la_manana una_manana está
unit 0+: dia semana mes trimestre semestre ano fin_de_semana
units 0+: dias semanas meses trimestres semestres anos _ _ horas
number 2+: dos tres cuatro cinco seis siete ocho nueve diez once doce
number 15: quince
number 20: veinte
number 30: treinta
one 1: un una uno
few: algunos algunas unos unas pocos pocas
past: ultimo ultima
pasts: ultimos ultimas pasados pasadas recientes
last: pasado pasada
next: proximo proxima proximos proximas que_viene
this: este esta estos estas
ordinal 1+: primer|primero|primera segundo|segunda tercer|tercero|tercera cuarto|cuarta
month 1+: enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre
abbr 1+: _ feb _ abr _ jun jul ago sept oct nov dic
weekday 0+: lunes martes miercoles jueves viernes sabado domingo
season 0+: primavera verano otono invierno
since: a_partir_de a_partir_del
dal: desde
until: hasta
before: antes_de antes_del
after: despues_de despues_del tras
between: entre
and: y e
to: a al
in: en durante
of: de del
the: el la los las lo
ago: hace
ago_after: atras
ahead: dentro_de
part 0+: principios|principio|comienzos|inicios mediados finales|final|fines|fin
"""
_IT = """
offset -2+: l_altro_ieri|altro_ieri|altroieri ieri|ieri_sera|ieri_mattina stamattina|stamane|stasera|stanotte _ dopodomani
today: oggi
tomorrow 1: domani
unit 0+: giorno settimana mese trimestre semestre anno fine_settimana|week_end|weekend
units 0+: giorni settimane mesi trimestri semestri anni _ _ ore
number 2+: due tre quattro cinque sei sette otto nove dieci undici dodici
number 15: quindici
number 20: venti
number 30: trenta
one 1: un uno una
few: alcuni alcune pochi poche qualche
past: ultimo ultima
pasts: ultimi ultime scorsi scorse recenti
last: scorso scorsa passato passata
next: prossimo prossima prossimi prossime
this: questo questa questi queste quest
ordinal 1+: primo|prima secondo|seconda terzo|terza quarto|quarta
month 1+: gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
abbr 1+: gen feb _ apr mag giu lug ago sett ott nov dic
weekday 0+: lunedi martedi mercoledi giovedi venerdi sabato domenica
season 0+: primavera estate autunno inverno
since: a_partire_da a_partire_dal
dal: da dal dall dalla dallo dai dagli
until: fino_a fino_al fino_alla fino_all sino_a
by: entro
before: prima_di prima_del prima_dell prima_della
after: dopo
between: tra fra
and: e ed
to: a al all alla ad
in: in nel nell nella nello nei negli nelle durante
of: di del dell della dello dei degli delle
the: il lo la i gli le l
ago_after: fa
part 0+: inizio|inizi metà fine
"""
_PT = """
offset -2+: anteontem ontem esta_manha|hoje_de_manha _ depois_de_amanha
today: hoje
tomorrow 1: amanha
unit 0+: dia semana mes trimestre semestre ano fim_de_semana
units 0+: dias semanas meses trimestres semestres anos _ _ horas
number 2+: dois|duas tres quatro cinco seis sete oito nove dez onze doze
number 15: quinze
number 20: vinte
number 30: trinta
one 1: um uma
few: alguns algumas poucos poucas
past: ultimo ultima
pasts: ultimos ultimas recentes
last: passado passada
next: proximo proxima proximos proximas que_vem
this: este esta neste nesta deste desta esse essa nesse nessa
ordinal 1+: primeiro|primeira segundo|segunda terceiro|terceira quarto|quarta
month 1+: janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
weekday 0+: segunda_feira terca_feira quarta_feira quinta_feira sexta_feira sabado domingo
since: a_partir_de desde
until: ate
before: antes_de antes_do antes_da
after: depois_de depois_do apos
between: entre
and: e
to: a ao
in: em no na nos nas durante
of: de do da dos das
the: o os as
ago: ha
ago_after: atras
ahead: daqui_a dentro_de
part 0+: inicio|comeco meados fim|final|finais
"""
_NL = """
offset -2+: eergisteren gisteren vanmorgen|vanochtend|vanavond _ overmorgen
today: vandaag
tomorrow 1: morgen
unit 0+: dag week maand kwartaal _ jaar weekend|weekeinde
units 0+: dagen weken maanden kwartalen _ jaren _ _ uren|uur
number 2+: twee drie vier vijf zes zeven acht negen tien elf twaalf
one 1: een
few: enkele paar een_paar
past: afgelopen laatste
last: vorige vorig verleden
next: volgende volgend komende
this: deze dit
ordinal 1+: eerste tweede derde vierde
month 1+: januari februari maart april mei juni juli augustus september oktober november december
weekday 0+: maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
season 0+: lente zomer herfst winter
since: sinds vanaf
until: tot tot_en_met
before: voor
after: na
between: tussen
and: en
in: in tijdens
on: op
of: van
the: de het
ago_after: geleden
ahead: over
part 0+: begin medio|midden eind|einde
"""
TABLES: Mapping[str, str] = {
    "fr": _FR,
    "en": _EN,
    "de": _DE,
    "es": _ES,
    "it": _IT,
    "pt": _PT,
    "nl": _NL,
}
