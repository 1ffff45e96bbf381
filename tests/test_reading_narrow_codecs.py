"""Files in one byte a character, or several: which codec makes words of a language."""

from __future__ import annotations

import pytest

from rag.reading.encoding import decode
from rag.reading.narrow_codecs import choose_narrow_codec
from rag.reading.wide_codecs import choose_wide_codec

# A few sentences of news in each language, made up, and the codecs that files of it are in.
TEXTS = {
    "fr": (
        "Le seuil a été dépassé près de l'école où l'on mesure les particules. La préfète, élue à "
        "Évrolles, a reçu les élèves : « c'était prévu », dit-elle.",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "de": (
        "Die Bürgermeisterin eröffnete am Samstag das größte Schwimmbad der Stadt. Für Schüler "
        "kostet der Eintritt künftig weniger, erklärte sie.",
        "cp1252 iso8859-15 mac-roman cp850 cp437 iso8859-2",
    ),
    "es": (
        "El alcalde inauguró la biblioteca el miércoles. ¿Cuánto costó? Según el señor Ibáñez, dos "
        "millones; además abrirá los sábados por la mañana.",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "pt": (
        "A câmara aprovou a construção da ponte. Não há data para a inauguração, mas a obra será "
        "concluída até ao verão, disse a vereadora Conceição.",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "it": (
        "Il sindaco ha detto che la città avrà più alberi: perché l'ombra è una necessità. Così "
        "la metà delle strade cambierà volto già in autunno.",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "ca": (
        "L'ajuntament obrirà l'escola al març. També hi haurà una plaça més gran, explicà la "
        "regidora, i un carril més ample fins a l'estació.",
        "cp1252 iso8859-15",
    ),
    "nl": (
        "De gemeente betaalt één miljoen voor ideeën uit België; het reële bedrag is "
        "volgens financiële bronnen hoger. Ook de financiën van Brabant zijn beïnvloed.",
        "cp1252 iso8859-15 cp850 cp437",
    ),
    "da": (
        "Børnehaven på øen får nye lokaler næste år. Borgmesteren sagde, at prøven bliver større, "
        "og at færgen sejler hele døgnet.",
        "cp1252 iso8859-15 cp850 cp865",
    ),
    "nb": (
        "Skolen på Nordøya får flere lærere til høsten. Ordføreren sier at det også blir bygget "
        "en ny bro, og at båten går hver dag.",
        "cp1252 iso8859-15 cp850",
    ),
    "sv": (
        "Kommunen bygger en ny skola på ön. Enligt rådet är förslaget färdigt, och första spadtaget "
        "tas i maj när snön är borta.",
        "cp1252 iso8859-15 cp850 mac-roman",
    ),
    "fi": (
        "Kaupunki rakentaa uuden koulun järven äärelle. Työt alkavat keväällä, ja lähes "
        "kymmenen miljoonaa käytetään pihan sähköihin.",
        "cp1252 iso8859-15 cp850",
    ),
    "pl": (
        "Miasto zbuduje nową szkołę nad rzeką. Radni przyjęli uchwałę większością głosów, a prace "
        "ruszą późną wiosną, zapowiedział burmistrz.",
        "cp1250 iso8859-2 cp852",
    ),
    "cs": (
        "Město postaví novou školu u řeky. Zastupitelé návrh přijali těsnou většinou a práce "
        "začnou příští měsíc, řekl starosta.",
        "cp1250 iso8859-2 cp852",
    ),
    "hu": (
        "A város új iskolát épít a folyó mellett. A testület szűk többséggel döntött, a munka "
        "jövő hónapban kezdődik, közölte a polgármester.",
        "cp1250 iso8859-2 cp852",
    ),
    "ro": (
        "Orașul construiește o școală nouă lângă râu. Consilierii au votat în unanimitate, iar "
        "lucrările încep luna viitoare.".translate(str.maketrans("șț", "şţ")),
        "cp1250 iso8859-2",
    ),
    "tr": (
        "Belediye ırmağın yanına yeni bir okul yapıyor. Meclis öneriyi oy çokluğuyla kabul etti; "
        "işler önümüzdeki ay başlayacak.",
        "cp1254 iso8859-9",
    ),
    "ru": (
        "Город построит новую школу у реки. Депутаты приняли решение большинством голосов, "
        "работы начнутся в следующем месяце.",
        "cp1251 koi8-r cp866 iso8859-5 mac-cyrillic",
    ),
    "uk": (
        "Місто збудує нову школу біля річки. Депутати ухвалили рішення більшістю голосів, роботи "
        "почнуться наступного місяця.",
        "cp1251 koi8-u",
    ),
    "bg": (
        "Градът ще построи ново училище до реката. Съветниците приеха решението с мнозинство, а "
        "работата започва другия месец.",
        "cp1251 cp866",
    ),
    "el": (
        "Ο δήμος θα χτίσει νέο σχολείο δίπλα στο ποτάμι. Οι σύμβουλοι ψήφισαν την πρόταση και τα "
        "έργα αρχίζουν τον επόμενο μήνα.",
        "cp1253 iso8859-7 cp737",
    ),
    "he": (
        "העירייה תבנה בית ספר חדש ליד הנהר. חברי המועצה אישרו את ההצעה ברוב קולות, והעבודות "
        "יתחילו בחודש הבא.",
        "cp1255 iso8859-8 cp862",
    ),
    "ar": (
        "ستبني المدينة مدرسة جديدة قرب النهر. وافق المجلس على الاقتراح بأغلبية الأصوات، وتبدأ "
        "الأعمال في الشهر القادم.",
        "cp1256 iso8859-6",
    ),
    "th": ("เมืองจะสร้างโรงเรียนใหม่ริมแม่น้ำ งานจะเริ่มในเดือนหน้า", "cp874"),
    "ja": (
        "市は川のそばに新しい学校を建てる。議会は提案を可決し、工事は来月始まる。",
        "cp932 euc_jp iso2022_jp",
    ),
    "zh": ("城市将在河边建一所新学校。议会通过了提案，工程下个月开始。", "gb18030"),
    "ko": (
        "시는 강가에 새 학교를 짓는다. 의회는 제안을 통과시켰고 공사는 다음 달에 시작된다.",
        "cp949",
    ),
}
CASES = [(language, codec) for language, (_, codecs) in TEXTS.items() for codec in codecs.split()]


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_a_text_is_read_in_the_codec_that_it_was_written_in(language, codec):
    """Wrong: any detector that takes French for Baltic, DOS for Windows, one Cyrillic for another.

    What counts is the text: some codecs give the same.
    """
    text = TEXTS[language][0]
    assert decode(text.encode(codec))[0] == text


@pytest.mark.parametrize("sign", ["µ", "¢", "¦", "¬", "±", "§", "²", "£"])
@pytest.mark.parametrize("language", ["fr", "de", "es"])
def test_a_western_file_with_a_rare_sign_stays_western(sign, language):
    """Wrong: one sign that news seldom has, and à becomes ŕ."""
    text = f"{TEXTS[language][0]}\nLe taux : 25 {sign} g, {sign} 12.\n"
    assert decode(text.encode("cp1252"))[0] == text


def test_a_drawn_frame_does_not_outweigh_the_words():
    """Wrong: the lines of a DOS box read as letters of another codec."""
    body = TEXTS["fr"][0].replace("É", "E").replace(" : ", "\n")
    for codec, corner in (("cp850", "╔╗"), ("cp437", "╒╕")):
        text = f"{corner[0]}{'═' * 30}{corner[1]}\n║ GAZETTE{' ' * 22}║\n{'░' * 32}\n{body}\n"
        assert decode(text.encode(codec))[0] == text


def test_big5_is_told_from_simplified_chinese():
    """Wrong: the same ideas in the other order of characters."""
    text = "城市將在河邊建一所新學校。議會通過了提案，工程下個月開始。"
    assert decode(text.encode("big5"))[0] == text


def test_english_words_do_not_hide_the_language_of_the_rest():
    """Wrong: mostly ASCII, hence western."""
    text = "The new browser has a long list of features and settings. " * 4 + "Новый обозреватель."
    assert choose_narrow_codec(text.encode("cp1251")).codec == "cp1251"


def test_no_text_of_several_bytes_where_none_fits():
    """Wrong: a guess where no codec decodes the bytes."""
    assert choose_wide_codec(b"\x81 \x81 abc \x81 def and the rest") is None


@pytest.mark.parametrize("count", [1, 4, 20])
@pytest.mark.parametrize(
    "text",
    [
        "The clock of Brenn was repaired by Élodie Marchand in spring.\n",
        "Zoë Müller met François at the café of São Vicente.\n",
        "Wie Élodie Marchand sagt, schlägt sie wieder.\n",
    ],
)
def test_a_foreign_name_does_not_change_the_codec(text: str, count: int) -> None:
    """Catches a letter of another language dearer than a sign, or than a Japanese letter, in its place."""
    assert decode((count * text).encode("cp1252"))[0] == count * text


CAPITALS = (
    "École du bourg\n\nÉcole du centre\n\nÉcole nouvelle\n",
    "Évron annonce une fermeture.\nÉvreux aussi.\nÉtampes attend.\n",
    "À midi.\nÀ table.\nÀ demain.\n",
    "Être ou ne pas\n" * 5,
)


@pytest.mark.parametrize("text", CAPITALS)
def test_the_same_capital_first_in_each_line_is_western(text):
    """Wrong: "…cole" of the Macintosh, "ю midi" of KOI8: each line says the same byte again."""
    assert decode((text * 4).encode("cp1252"))[0] == text * 4
