"""Questions about news and the days they speak of: five languages, one as-of day, a third of them without any date.

Each row: the period (first..last, either may be open) or ``-`` for none; ``sure`` when it may filter, ``maybe`` when it is a
preference; the words that say it; the question. Asked on Thursday 18 December 2025.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

import pytest

from rag.dates import find_period

TODAY = datetime.date(2025, 12, 18)
LANGUAGES = ("fr", "en", "de", "es", "it")

TABLE = """
fr | 2025-12-17..2025-12-17 | sure  | hier | Qu'a annoncé Amazon hier ?
fr | 2025-12-16..2025-12-16 | sure  | avant-hier | Qui a démissionné avant-hier ?
fr | 2025-12-18..2025-12-18 | maybe | aujourd'hui | Que sait-on aujourd'hui de cet accord ?
fr | 2025-12-18..2025-12-18 | sure  | ce matin | Quelle grève a commencé ce matin à Lyon ?
fr | 2025-12-08..2025-12-14 | sure  | la semaine dernière | Combien de postes ont été supprimés la semaine dernière ?
fr | 2025-12-15..2025-12-21 | sure  | cette semaine | Quoi de neuf cette semaine chez Renault ?
fr | 2025-12-01..2025-12-31 | sure  | ce mois-ci | Quelles usines ferment ce mois-ci ?
fr | 2025-11-01..2025-11-30 | sure  | le mois dernier | Quel accord OpenAI a-t-il signé le mois dernier ?
fr | 2025-09-18..2025-12-18 | sure  | ces trois derniers mois | Quelles entreprises ont licencié ces trois derniers mois ?
fr | 2025-11-18..2025-12-18 | sure  | au cours des 30 derniers jours | Qui a été nommé au cours des 30 derniers jours ?
fr | 2025-12-10..2025-12-10 | sure  | il y a 8 jours | Combien Microsoft a-t-il promis il y a 8 jours ?
fr | 2025-10-01..2025-10-31 | sure  | il y a deux mois | Qui a été licencié il y a deux mois ?
fr | 2025-12-01..2025-12-31 | sure  | en décembre | Quelles puces AWS a-t-il annoncées en décembre ?
fr | 2025-12-01..2025-12-31 | sure  | en décembre 2025 | Que s'est-il passé en décembre 2025 à Luxembourg ?
fr | 2025-12-09..2025-12-09 | sure  | le 9 décembre | Que disait l'article paru le 9 décembre ?
fr | 2025-12-09..2025-12-09 | sure  | le mardi 9 décembre 2025 | Qui parlait le mardi 9 décembre 2025 ?
fr | 2025-10-01..           | sure  | depuis octobre | Combien de départs depuis octobre ?
fr | ..2025-09-30           | sure  | avant octobre 2025 | Que prévoyait le plan avant octobre 2025 ?
fr | 2025-10-01..2025-12-31 | sure  | d'octobre à décembre 2025 | Combien de livraisons d'octobre à décembre 2025 ?
fr | 2025-10-01..2025-12-31 | sure  | entre octobre et décembre | Qui a quitté Orange entre octobre et décembre ?
fr | 2025-12-03..2025-12-05 | sure  | du 3 au 5 décembre | Où se tient le salon du 3 au 5 décembre ?
fr | 2025-07-01..2025-09-30 | maybe | au troisième trimestre 2025 | Quel est le bénéfice au troisième trimestre 2025 ?
fr | 2025-11-01..2025-11-10 | sure  | début novembre | Qui a été élu début novembre ?
fr | 2024-01-01..2024-12-31 | sure  | l'an dernier | Combien de voitures ont été vendues l'an dernier ?
fr | 2025-01-01..2025-12-31 | sure  | cette année | Quelle part de marché Amazon devrait-il dépasser cette année ?
fr | 2025-12-13..2025-12-14 | sure  | le week-end dernier | Qui a gagné le week-end dernier ?
fr | 2025-12-16..2025-12-16 | sure  | mardi dernier | Qu'a voté le Sénat mardi dernier ?
fr | 2025-12-15..2025-12-15 | maybe | lundi | Que se passera-t-il lundi ?
fr | 2030-01-01..2030-12-31 | maybe | en 2030 | Combien de robots en 2030 ?
fr | ..2026-12-31           | maybe | d'ici 2026 | Combien d'embauches d'ici 2026 ?
fr | ..2026-02-28           | maybe | jusqu'en février prochain | Qui dirige Amazon France jusqu'en février prochain ?
fr | 2022-01-01..2022-12-31 | maybe | 2022 | Qui a gagné les élections 2022 ?
fr | 2025-10-01..2025-10-31 | maybe | octobre | licenciments luxembourg octobre
fr | -                      | -     | - | Qui a écrit Vingt mille lieues sous les mers ?
fr | -                      | -     | - | Qui perdrait 10 millions dans cette affaire ?
fr | -                      | -     | - | Combien de 747 volent encore ?
fr | -                      | -     | - | Le gouvernement utilisera-t-il l'article 49.3 ?
fr | -                      | -     | - | Quand ouvre le Mai ?
fr | -                      | -     | - | Que vend la société Mars ?
fr | -                      | -     | - | Qui dirige Mars Wrigley en France ?
fr | -                      | -     | - | Qui a réalisé le film Mai 68 ?
fr | -                      | -     | - | Que deviennent les 2 000 salariés de Brandt ?
fr | -                      | -     | - | Pourquoi 2000 salariés manifestent-ils ?
fr | -                      | -     | - | Une prime de 1 500 euros est-elle prévue ?
fr | -                      | -     | - | Combien de personnes avaient été licenciées deux mois plus tôt ?
fr | -                      | -     | - | De combien le chiffre d'affaires a-t-il augmenté sur un an ?
fr | -                      | -     | - | Depuis quand Microsoft soutient-il OpenAI ?
fr | -                      | -     | - | Quel est le dernier modèle de Peugeot ?
fr | 2025-12-17..2025-12-17 | maybe | hier | Qui a écrit Le Monde d'hier ?
fr | 2025-12-16..2025-12-18 | sure  | ces dernières 48 heures | Que s'est-il passé ces dernières 48 heures ?
fr | 2025-12-14..2025-12-14 | maybe | dimanche | Qui a gagné la finale de dimanche ?
fr | 2025-12-08..2025-12-14 | sure  | la semaine du 8 décembre | que s'est il passé la semaine du 8 décembre
fr | 2025-11-01..2025-11-30 | maybe | de novembre | Quels sont les chiffres de novembre ?
fr | 2025-01-01..2025-06-30 | maybe | 1er semestre 2025 | Quels étaient les résultats au 1er semestre 2025 ?
fr | 2025-07-01..2025-09-30 | maybe | T3 2025 | Quels sont les résultats du T3 2025 ?
fr | 2025-06-01..2025-08-31 | sure  | l'été dernier | Combien d'accidents l'été dernier ?
fr | -                      | -     | - | Qui a été dernier au classement ?
fr | 2026-01-01..2026-12-31 | maybe | l'année prochaine | Que prévoit Amazon pour l'année prochaine ?
fr | 2026-01-01..2026-12-31 | maybe | 2026 | Que prévoit le budget 2026 ?
fr | ..2025-12-31           | maybe | d'ici la fin de l'année | Que fera le gouvernement d'ici la fin de l'année ?
fr | ..2025-12-17           | maybe | jusqu'à hier | Qui était ministre jusqu'à hier ?
fr | 2025-01-01..           | sure  | depuis le début de l'année | Combien de morts depuis le début de l'année ?
fr | 2025-12-15..           | sure  | depuis lundi | Combien de morts depuis lundi ?
fr | 2024-01-01..2024-12-31 | sure  | il y a un an | Qui a quitté l'entreprise il y a un an ?
fr | 2025-11-17..2025-12-17 | maybe | il y a quelques semaines | Qui a quitté l'entreprise il y a quelques semaines ?
fr | 2025-12-09..2025-12-12 | sure  | du 9 au 12 décembre | articles du 9 au 12 décembre sur OpenAI
fr | 2025-09-04..2025-09-04 | maybe | 4 septembre | Où passe la rue du 4 septembre ?
fr | 2025-07-14..2025-07-14 | maybe | le 14 juillet | Que fête-t-on le 14 juillet ?
fr | -                      | -     | - | Que s'est-il passé le 31 février ?
fr | 2025-12-09..2025-12-09 | sure  | le 09/12/2025 | Que s'est-il passé le 09/12/2025 ?
fr | 2025-12-09..2025-12-10 | sure  | du 9 au 10 décembre | Que s'est-il passé dans la nuit du 9 au 10 décembre ?
fr | -                      | -     | - | Pourquoi le bus 2025 est-il en retard ?
fr | -                      | -     | - | Qui joue dans Mercredi ?
fr | -                      | -     | - | Qui est Vendredi dans Robinson Crusoé ?
fr | -                      | -     | - | Les 35 heures sont-elles menacées ?
fr | 2025-12-17..2025-12-17 | sure  | HIER | QU'A ANNONCÉ AMAZON HIER ?
fr | 2025-10-01..2025-12-31 | sure  | en octobre et en décembre | en octobre et en décembre, combien de départs ?
fr | 2024-01-01..2026-12-31 | maybe | 2024-2026 | Le plan 2024-2026 prévoit quoi ?
fr | -                      | -     | - | les 100 premiers jours de Trump
fr | ..2025-12-31           | maybe | avant 2026 | Que faut-il signer avant 2026 ?
fr | 2025-07-01..2025-09-30 | maybe | le trimestre dernier | Combien a perdu Renault le trimestre dernier ?
fr | 2025-01-01..           | maybe | après 2024 | La gare sera-t-elle repoussée après 2024 ?
fr | 2024-12-18..2024-12-18 | sure  | le 18 décembre dernier | Que s'est-il passé le 18 décembre dernier ?
fr | -                      | -     | - | Qui a acheté la Peugeot 2008 ?
fr | -                      | -     | - | Pourquoi y a-t-il en magasin un téléviseur à 2024 € ?
fr | -                      | -     | - | Pourquoi il y a trois jours de grève ?
en | 2025-12-17..2025-12-17 | sure  | yesterday | What did Amazon announce yesterday?
en | 2025-12-16..2025-12-16 | sure  | the day before yesterday | Who resigned the day before yesterday?
en | 2025-12-08..2025-12-14 | sure  | last week | How many jobs were cut last week?
en | 2025-12-01..2025-12-31 | sure  | this month | Which plants close this month?
en | 2025-09-18..2025-12-18 | sure  | the past three months | Which firms hired in the past three months?
en | 2025-12-11..2025-12-18 | sure  | the last 7 days | What happened in the last 7 days?
en | 2025-12-15..2025-12-15 | sure  | 3 days ago | Who was arrested 3 days ago?
en | 2025-11-24..2025-11-30 | sure  | three weeks ago | What was signed three weeks ago?
en | 2025-10-01..            | sure  | since October 2025 | What has changed since October 2025?
en | 2025-05-01..            | sure  | since May | How much has the share lost since May?
en | 2025-12-01..2025-12-31 | sure  | in December | Which chips did AWS announce in December?
en | 2025-12-09..2025-12-09 | sure  | on December 9th, 2025 | Who spoke on December 9th, 2025?
en | 2025-12-09..2025-12-09 | sure  | 2025-12-09 | What was published on 2025-12-09?
en | ..2025-11-30           | sure  | before December 2025 | What was known before December 2025?
en | 2025-10-01..2025-12-31 | sure  | between October and December 2025 | Who left between October and December 2025?
en | 2025-12-01..2025-12-05 | sure  | from 1 to 5 December | Which strikes ran from 1 to 5 December?
en | 2025-07-01..2025-09-30 | maybe | Q3 2025 | What was the profit in Q3 2025?
en | 2025-04-01..2025-06-30 | maybe | in the second quarter | What was Amazon's net income in the second quarter?
en | 2025-11-21..2025-11-30 | sure  | late November | Who was appointed in late November?
en | 2025-12-13..2025-12-14 | sure  | last weekend | Who won last weekend?
en | 2024-01-01..2024-12-31 | sure  | last year | How many cars were sold last year?
en | 2026-01-01..2026-01-31 | maybe | next month | Which law takes effect next month?
en | 2008-01-01..2008-12-31 | maybe | in 2008 | Which bank failed in 2008?
en | 2025-12-16..2025-12-16 | maybe | on Tuesday | What did the court say on Tuesday?
en | 1990-01-01..1999-12-31 | maybe | in the 1990s | Which mines closed in the 1990s?
en | -                      | -     | - | May the company fire people without notice?
en | -                      | -     | - | What may happen to the plant?
en | -                      | -     | - | Who is April Jones?
en | -                      | -     | - | What has changed since April Underwood joined?
en | -                      | -     | - | Did June resign before Theresa May resigned?
en | -                      | -     | - | How long did the march through Paris last?
en | -                      | -     | - | How many employees does the firm with 2,000 stores have?
en | -                      | -     | - | Does it fly 747 or 1000 planes?
en | -                      | -     | - | What was said two weeks before?
en | -                      | -     | - | What is the last Windows version?
en | -                      | -     | - | How many people work in 2000 stores?
en | -                      | -     | - | Who wrote Yesterday?
en | -                      | -     | - | What does USA Today say?
en | 2025-05-01..2025-05-31 | maybe | in May | Who joined in May?
en | 2025-05-01..2025-05-31 | maybe | in may | who joined in may
en | 2025-05-01..2025-05-31 | maybe | may 2025 | What may 2025 bring?
en | 2025-12-17..2025-12-18 | sure  | in the last 24 hours | Who was fired in the last 24 hours?
en | 2024-01-01..2024-12-31 | maybe | 2024 | Who won the 2024 election?
en | 2025-12-09..2025-12-09 | sure  | on Dec. 9 | What happened on Dec. 9?
en | 2025-12-16..2025-12-16 | maybe | Tuesday | What happened Tuesday?
en | -                      | -     | - | What did they sign on Black Friday?
en | -                      | -     | - | What did March Group announce?
en | 2024-01-01..2024-12-31 | sure  | a year ago | What happened a year ago?
en | 2023-01-01..2023-12-31 | maybe | two years ago | What happened two years ago?
en | -                      | -     | - | Which stores open 7 days a week?
en | -                      | -     | - | What happened on the last day of school?
en | -                      | -     | - | What happens in the first half of the match?
en | 2025-01-01..2025-06-30 | maybe | in the first half of 2025 | What were sales in the first half of 2025?
en | 2024-12-01..2024-12-31 | sure  | in December of last year | What happened in December of last year?
en | -                      | -     | - | How did the Mars 2020 rover land?
en | 2025-12-08..2025-12-14 | sure  | last week | news from last week
en | -                      | -     | - | What was said two weeks before December 2025?
de | 2025-12-17..2025-12-17 | sure  | gestern | Was hat Amazon gestern angekündigt?
de | 2025-12-16..2025-12-16 | sure  | vorgestern | Wer ist vorgestern zurückgetreten?
de | 2025-12-08..2025-12-14 | sure  | letzte Woche | Wie viele Stellen wurden letzte Woche gestrichen?
de | 2025-12-15..2025-12-15 | sure  | vor drei Tagen | Wer wurde vor drei Tagen verhaftet?
de | 2025-11-01..2025-11-30 | sure  | im letzten Monat | Was geschah im letzten Monat?
de | 2025-09-18..2025-12-18 | sure  | in den letzten drei Monaten | Was geschah in den letzten drei Monaten?
de | 2025-12-01..2025-12-31 | sure  | im Dezember | Welche Chips hat AWS im Dezember vorgestellt?
de | 2025-10-01..           | sure  | seit Oktober | Was hat sich seit Oktober geändert?
de | 2025-12-09..2025-12-09 | sure  | am 9. Dezember 2025 | Wer sprach am 9. Dezember 2025?
de | 2025-12-03..2025-12-05 | sure  | vom 3. bis 5. Dezember | Welche Messe läuft vom 3. bis 5. Dezember?
de | 2025-11-21..2025-11-30 | sure  | Ende November | Wer wurde Ende November gewählt?
de | 2025-07-01..2025-09-30 | maybe | im dritten Quartal 2025 | Wie hoch war der Gewinn im dritten Quartal 2025?
de | 2024-01-01..2024-12-31 | sure  | letztes Jahr | Wie viele Autos wurden letztes Jahr verkauft?
de | 2024-01-01..2024-12-31 | sure  | im Jahr 2024 | Wie viele Wohnungen wurden im Jahr 2024 gebaut?
de | 2026-01-01..2026-01-31 | maybe | nächsten Monat | Welches Gesetz gilt nächsten Monat?
de | -                      | -     | - | Was macht die Firma Mai in Hamburg?
de | -                      | -     | - | Wer war August Macke?
de | -                      | -     | - | Wie viele der 2.000 Mitarbeiter müssen gehen?
de | -                      | -     | - | Was sagt die Zeitung hier dazu?
de | -                      | -     | - | Was zeigt die Sächsische Zeitung am Morgen?
de | -                      | -     | - | Wie viele 2000 Euro teure Geräte gibt es?
de | 2025-12-13..2025-12-14 | sure  | am letzten Wochenende | Was geschah am letzten Wochenende?
de | 2025-12-18..2025-12-18 | sure  | heute Morgen | Was geschah heute Morgen?
de | 2025-12-08..2025-12-14 | sure  | in der Woche vom 8. Dezember | Was geschah in der Woche vom 8. Dezember?
de | 2024-01-01..2024-12-31 | sure  | vor einem Jahr | Was geschah vor einem Jahr?
de | -                      | -     | - | Wer stand vor Gericht?
de | ..2025-12-08           | sure  | vor dem 9. Dezember | Was war vor dem 9. Dezember bekannt?
de | ..2026-12-31           | maybe | bis Ende 2026 | Was kostet es bis Ende 2026?
de | 2025-11-11..2025-11-20 | sure  | Mitte November | Mitte November, wer wurde entlassen?
de | 2025-12-08..           | sure  | seit letzter Woche | Wer hat seit letzter Woche gekündigt?
de | 2025-01-01..2025-06-30 | maybe | im ersten Halbjahr 2025 | Wie viel im ersten Halbjahr 2025?
de | 2024-01-01..2024-12-31 | sure  | 2024 | Wer gewann 2024 die Wahl?
de | 2025-11-20..2025-12-18 | maybe | in den letzten Wochen | Was ist in den letzten Wochen passiert?
de | -                      | -     | - | Wie lange dauern 14 Tage?
es | 2025-12-17..2025-12-17 | sure  | ayer | ¿Qué anunció Amazon ayer?
es | 2025-12-08..2025-12-14 | sure  | la semana pasada | ¿Cuántos puestos se suprimieron la semana pasada?
es | 2025-12-15..2025-12-15 | sure  | hace tres días | ¿Quién fue detenido hace tres días?
es | 2025-10-01..           | sure  | desde octubre | ¿Qué ha cambiado desde octubre?
es | 2025-12-01..2025-12-31 | sure  | en diciembre de 2025 | ¿Qué pasó en diciembre de 2025?
es | 2025-09-18..2025-12-18 | sure  | los últimos tres meses | ¿Qué empresas despidieron en los últimos tres meses?
es | 2025-12-09..2025-12-09 | sure  | el 9 de diciembre | ¿Quién habló el 9 de diciembre?
es | 2025-11-01..2025-11-10 | sure  | a principios de noviembre | ¿Quién fue elegido a principios de noviembre?
es | 2025-10-01..2025-12-31 | sure  | entre octubre y diciembre | ¿Quién se fue entre octubre y diciembre?
es | 2024-01-01..2024-12-31 | sure  | el año pasado | ¿Cuántos coches se vendieron el año pasado?
es | 2025-01-01..2025-12-31 | sure  | este año | ¿Cuánto invertirá Google este año?
es | 2025-07-01..2025-09-30 | maybe | el tercer trimestre de 2025 | ¿Cuál fue el beneficio en el tercer trimestre de 2025?
es | 2025-12-13..2025-12-14 | sure  | el pasado fin de semana | ¿Quién ganó el pasado fin de semana?
es | ..2019-12-31           | maybe | antes de 2020 | ¿Quién gobernaba antes de 2020?
es | -                      | -     | - | ¿Qué protesta hubo en la Plaza de Mayo?
es | -                      | -     | - | ¿Cuántos de los 2.000 empleados trabajan por la mañana?
es | -                      | -     | - | ¿Quién dirige la clínica Mayo?
es | -                      | -     | - | ¿Qué costó 10 millones?
es | -                      | -     | - | ¿Cuándo abrirá Amazon un almacén en Sevilla?
es | 2025-12-13..2025-12-14 | sure  | el fin de semana pasado | ¿Qué pasó el fin de semana pasado?
es | 2025-12-17..2025-12-17 | sure  | anoche | ¿Qué pasó anoche?
es | -                      | -     | - | ¿Quién trabaja por las mañanas?
es | 2025-10-21..2025-10-31 | sure  | finales de octubre de 2025 | ¿Qué ocurrió a finales de octubre de 2025?
es | 2025-12-16..2025-12-16 | sure  | el martes pasado | ¿Qué ocurrió el martes pasado?
es | -                      | -     | - | ¿Quién lo hace dos veces?
es | 2025-11-27..           | sure  | desde hace tres semanas | ¿Qué cambió desde hace tres semanas?
es | 2025-12-03..2025-12-05 | sure  | del 3 al 5 de diciembre | ¿Qué ocurrió del 3 al 5 de diciembre?
es | 2025-05-05..2025-05-05 | maybe | el Cinco de Mayo | ¿Qué fiesta es el Cinco de Mayo?
es | 2024-12-18..2025-12-18 | sure  | en el último año | ¿Cuánto creció en el último año?
es | 1936-01-01..1936-12-31 | maybe | en 1936 | ¿Quién gobernaba en 1936?
es | -                      | -     | - | ¿Cuántos días tiene un año?
it | 2025-12-17..2025-12-17 | sure  | ieri | Che cosa ha annunciato Amazon ieri?
it | 2025-12-16..2025-12-16 | sure  | l'altro ieri | Chi si è dimesso l'altro ieri?
it | 2025-12-08..2025-12-14 | sure  | la settimana scorsa | Quanti posti sono stati tagliati la settimana scorsa?
it | 2025-12-15..2025-12-15 | sure  | tre giorni fa | Chi è stato arrestato tre giorni fa?
it | 2025-10-01..           | sure  | da ottobre | Che cosa è cambiato da ottobre?
it | 2025-12-01..2025-12-31 | sure  | a dicembre | Quali chip ha annunciato AWS a dicembre?
it | 2024-01-01..2024-12-31 | sure  | nel 2024 | Quante auto sono state vendute nel 2024?
it | 2025-09-18..2025-12-18 | sure  | negli ultimi tre mesi | Chi ha assunto negli ultimi tre mesi?
it | 2025-12-09..2025-12-09 | sure  | il 9 dicembre 2025 | Chi ha parlato il 9 dicembre 2025?
it | 2025-12-03..2025-12-05 | sure  | dal 3 al 5 dicembre | Quale fiera si tiene dal 3 al 5 dicembre?
it | 2025-11-01..2025-11-30 | sure  | lo scorso mese | Che legge è stata votata lo scorso mese?
it | 2024-01-01..2024-12-31 | sure  | l'anno scorso | Quanti treni sono stati cancellati l'anno scorso?
it | 2025-11-21..2025-11-30 | sure  | fine novembre | Chi è stato nominato a fine novembre?
it | 2025-07-01..2025-09-30 | maybe | nel terzo trimestre 2025 | Quanto ha guadagnato nel terzo trimestre 2025?
it | -                      | -     | - | Quanti dei 2.000 dipendenti restano?
it | -                      | -     | - | Chi dirige il gruppo Marzo?
it | -                      | -     | - | Quando apre il negozio di Milano?
it | -                      | -     | - | Quanto costano 1.500 euro di azioni?
it | -                      | -     | - | Che cosa ha detto due giorni prima?
it | 2025-12-13..2025-12-14 | sure  | lo scorso fine settimana | Che cosa è successo lo scorso fine settimana?
it | 2025-12-11..2025-12-18 | maybe | negli ultimi giorni | Che cosa è successo negli ultimi giorni?
it | 2025-01-01..2025-12-31 | maybe | 2025 | Che cosa ha annunciato Meta 2025?
it | 2025-11-11..2025-11-20 | sure  | metà novembre | Che cosa è successo a metà novembre?
it | 2025-10-01..2025-12-31 | sure  | tra ottobre e dicembre | Che cosa è successo tra ottobre e dicembre?
it | 2025-11-01..2025-11-30 | sure  | nel mese di novembre | Chi è stato eletto nel mese di novembre?
it | ..2025-11-30           | sure  | prima di dicembre 2025 | Chi ha vinto prima di dicembre 2025?
it | -                      | -     | - | Chi è arrivato da Milano?
it | -                      | -     | - | Cosa fa Maggio Fiorentino?
it | -                      | -     | - | Che cosa dice Il Sole 24 Ore?
it | ..2030-12-31           | maybe | Entro il 2030 | Entro il 2030 quante auto?
"""


class Row(NamedTuple):
    """A question, and what it says about days."""

    language: str
    days: str
    sure: str
    words: str
    question: str


def rows() -> list[Row]:
    """The table, read."""
    return [Row(*(cell.strip() for cell in line.split("|"))) for line in TABLE.strip().splitlines()]


def told(row: Row) -> tuple[str, str, str]:
    """What ``period`` makes of a question, written as the table writes it."""
    found = find_period(row.question, row.language, TODAY)
    if found is None:
        return "-", "-", "-"
    days = f"{found.start or ''}..{found.end or ''}"
    return days, "sure" if found.sure else "maybe", row.question[found.span.start : found.span.end]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.language}-{row.question}")
def test_the_days_a_question_speaks_of(row: Row) -> None:
    """Wrong: a name or a figure read as a date, a week that starts on another day, a preference that hides articles."""
    days, sure, said = told(row)
    assert (days, sure) == (row.days, row.sure)
    assert said.endswith(row.words) or row.words.endswith(said), (
        said
    )  # with or without the article before it


def test_the_set_is_large_and_even() -> None:
    """Wrong: a table that lost its traps or a language."""
    table = rows()
    assert len(table) >= 220
    assert sum(row.days == "-" for row in table) >= 60
    for language in LANGUAGES:
        mine = [row for row in table if row.language == language]
        assert len(mine) >= 30
        assert sum(row.days == "-" for row in mine) >= 7
    assert len({row.question for row in table}) == len(table)
