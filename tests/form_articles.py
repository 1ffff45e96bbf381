"""Articles written for the tests of forms: one story over time, in several papers, and others beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = {
    "vote.md": """---
title: "Tramway : Valmorel dit oui"
date: 2023-03-05
publisher: La Gazette des Deux-Rives
---
Par Louis Ferrand

Il pleuvait, et personne n'est parti. Le conseil municipal de Valmorel a voté samedi la construction d'un tramway entre la gare et le port, par 23 voix contre 12. Le coût est estimé à 84 millions d'euros.

Le maire parle d'une journée historique. L'opposition dénonce une dépense folle.
""",
    "vote-echo.md": """---
title: Le conseil vote la construction du tramway de Valmorel
date: 2023-03-05
publisher: L'Écho du Port
---
Le conseil municipal de Valmorel a voté samedi la construction d'un tramway entre la gare et le port. Les travaux doivent commencer à l'automne.
""",
    "conduite.md": """---
title: Une conduite de gaz percée sur le chantier du tramway
date: 2024-05-22
publisher: L'Écho du Port
---
Par Inès Caradec

Une odeur, puis les sirènes. Une pelleteuse a percé une conduite de gaz mardi sur le chantier du tramway de Valmorel. Quarante riverains ont été évacués et le quai Sud a été fermé jusqu'au soir.

Le chantier est arrêté pour une semaine. La société Brunel promet de relever toutes les conduites avant de reprendre.
""",
    "facture.md": """---
title: Le coût du tramway de Valmorel grimpe à 97 millions
date: 2025-02-11
publisher: La Gazette des Deux-Rives
---
La facture du tramway de Valmorel atteint désormais 97 millions d'euros, a reconnu la mairie lundi. Le 16 octobre 2023, les premiers coups de pioche du tramway avaient été donnés avenue du Port. Le retard est de quatre mois.
""",
    "inauguration.md": """---
title: Le tramway transporte ses premiers voyageurs
date: 2026-02-03
publisher: L'Écho du Port
---
Le tramway de Valmorel a été inauguré dimanche devant deux mille personnes. La première rame a quitté la gare à 9 heures. Le billet coûte 1,60 euro.
""",
    "marche.md": """---
title: Le marché aux fleurs revient place Dormoy
date: 2026-03-10
publisher: La Gazette des Deux-Rives
---
Le marché aux fleurs de Valmorel revient samedi place Dormoy après deux ans d'absence. Trente producteurs sont attendus, et la fanfare jouera à midi.
""",
    "ferry.md": """---
title: Ferry crews return to work at Kelso Bay
date: 2026-03-17
publisher: The Harbour Post
---
The Kelso Bay ferry sailed again on Monday after crews accepted a pay rise of five per cent. The strike had lasted twenty-three days. The first boat was full of vegetables and mail.
""",
}


def write_articles(folder: Path) -> Path:
    """Write the articles into a folder, each a file."""
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
