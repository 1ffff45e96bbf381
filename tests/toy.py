"""A toy of a parallel corpus, French and German with English, and the lexicon learned from it."""

from __future__ import annotations

import atexit
import functools
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from rag.models.lexicon import Lexicon
from training import data, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

FRENCH = """le chat dort dans le jardin = the cat sleeps in the garden
le chat voit la ville = the cat sees the city
un chat boit l'eau = a cat drinks the water
le chien dort dans la maison = the dog sleeps in the house
le chien voit le chat = the dog sees the cat
un chien boit l'eau du jardin = a dog drinks the water of the garden
la maison est dans la ville = the house is in the city
la maison a un jardin = the house has a garden
la ville annonce une année difficile = the city announces a difficult year
une année passe = a year passes
cette année la ville construit une maison = this year the city builds a house
l'année est longue = the year is long
l'usine annonce un licenciement = the factory announces a dismissal
le licenciement est difficile = the dismissal is difficult
la ville voit un licenciement = the city sees a layoff
un licenciement passe = a layoff passes
l'usine boit l'eau = the factory drinks the water
l'usine est longue = the factory is long
le maire voit l'usine = the mayor sees the factory
le maire annonce une maison = the mayor announces a house
le maire construit l'usine = the mayor builds the factory
la fête du maire est longue = the feast of the mayor is long
la fête est dans la ville = the feast is in the city
une fête passe = a feast passes
le maire fait la fête = the mayor makes the feast
le chat fait une maison = the cat makes a house
cette année est faite = this year is made
la grève de l'usine est longue = the strike of the factory is long
une grève passe = a strike passes
le maire voit la grève = the mayor sees the strike"""
GERMAN = """die Katze schläft im Garten = the cat sleeps in the garden
die Katze sieht die Stadt = the cat sees the city
eine Katze trinkt Wasser = a cat drinks water
der Hund schläft im Haus = the dog sleeps in the house
der Hund sieht die Katze = the dog sees the cat
ein Hund trinkt Wasser = a dog drinks water
das Haus steht in der Stadt = the house stands in the city
ein Haus steht im Garten = a house stands in the garden
die Stadt baut ein Haus = the city builds a house
die Stadt baut ein Werk = the city builds a plant
das Werk steht in der Stadt = the plant stands in the city
das Werk trinkt Wasser = the plant drinks water
ein Werk schläft = a plant sleeps
das Jahr ist lang = the year is long
ein Jahr ist schwierig = a year is difficult
dieses Jahr baut die Stadt ein Wasserwerk = this year the city builds a water plant
das Wasserwerk steht im Garten = the water plant stands in the garden
der Hund sieht das Wasserwerk = the dog sees the water plant
die Stadt sieht die Kündigung = the city sees the dismissal
die Kündigung ist schwierig = the dismissal is difficult
eine Kündigung ist lang = a layoff is long
der Bürgermeister sieht die Kündigung = the mayor sees the layoff
der Bürgermeister baut ein Haus = the mayor builds a house
der Bürgermeister schläft = the mayor sleeps
der Hund trinkt im Haus = the dog drinks in the house
die Katze ist lang = the cat is long
der Bürgermeister sieht das Wasser = the mayor sees the water
das Jahr steht = the year stands
dieses Haus ist schwierig = this house is difficult
dieses Werk ist lang = this plant is long"""


def pairs() -> list[data.Pair]:
    """The corpus; English stands on either side, as in any collection."""
    french = [data.Pair("fr", "en", *line.split(" = ")) for line in FRENCH.splitlines()]
    german = [data.Pair("en", "de", *reversed(line.split(" = "))) for line in GERMAN.splitlines()]
    return [*french, *german]


def learned(some: Iterable[data.Pair], folder: Path) -> Lexicon:
    """The lexicon of these pairs, written to a folder."""
    lexicon.learn(some, folder / "lexicon.safetensors", say=lambda _: None)
    return Lexicon.load(folder)


@functools.cache
def toy() -> Lexicon:
    """The lexicon of the corpus above."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return learned(pairs(), folder)
