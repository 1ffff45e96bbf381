"""Mails and mailboxes: the text that a mail's sender wrote, and what its headers say."""

from __future__ import annotations

import datetime
import itertools
import mailbox
import plistlib
import random
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.reading.formats.mail import MAIL, MBOX

TEXT = (
    "Bonjour,\n\nla passerelle de Tournevent rouvre le 4 mai après six mois de travaux ; elle a coûté "
    "890 000 €.\nLes cyclistes y passent à nouveau.\n"
)
HTML = (
    "<html><body><div style='display:none'>Aperçu caché</div><table><tr><td><h2>Tournevent</h2>"
    "<p>La passerelle de Tournevent rouvre le 4 mai après six mois de travaux ; elle a coûté 890 000 €.</p>"
    "<p>Les cyclistes y passent à nouveau.</p></td></tr></table></body></html>"
)


def make_mail(
    text: str = TEXT, *, html: str = "", charset: str = "utf-8", cte: str | None = None
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Élodie Vaucharme <elodie@tournevent.example>"
    message["To"] = "lecteurs@tournevent.example"
    message["Subject"] = "La passerelle rouvre"
    message["Date"] = "Mon, 27 Apr 2026 23:30:00 +0200"
    message["Message-ID"] = "<1@tournevent.example>"
    if text:
        message.set_content(text, charset=charset, cte=cte)
    if html and text:
        message.add_alternative(html, subtype="html", charset=charset, cte=cte)
    elif html:
        message.set_content(html, subtype="html", charset=charset, cte=cte)
    return message


def extract(message: EmailMessage | bytes):
    return MAIL.extract(message if isinstance(message, bytes) else message.as_bytes())


VARIANTS = list(
    itertools.product(
        ["utf-8", "iso-8859-15", "cp1252"],
        ["quoted-printable", "base64", "8bit"],
        [(TEXT, ""), (TEXT, HTML), ("", HTML), ("Ce message est en HTML.\n", HTML)],
    )
)


@pytest.mark.parametrize(("charset", "cte", "forms"), VARIANTS)
def test_a_mail_in_all_its_forms(charset, cte, forms):
    """Wrong: a transfer encoding left in, the wrong charset, the stub in place of the HTML part."""
    plain, html = forms
    extracted = extract(make_mail(plain, html=html, charset=charset, cte=cte))
    assert "rouvre le 4 mai après six mois de travaux ; elle a coûté 890 000 €." in extracted.text
    assert "Les cyclistes y passent" in extracted.text
    assert "Aperçu caché" not in extracted.text
    metadata = extracted.metadata
    assert metadata.title == "La passerelle rouvre"
    assert metadata.publisher == "Élodie Vaucharme"
    assert metadata.date == datetime.date(2026, 4, 27)


def test_there_are_enough_mails():
    assert len(VARIANTS) >= 30


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("x-unknown", "utf-8"),
        ("us-ascii", "cp1252"),
        ("utf-8", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("idna", "cp1252"),
    ],
)
def test_a_charset_that_is_unknown_or_lies(declared, codec):
    """Wrong: a traceback for an unknown name, "CoÃ»t", Python's own codecs at a mail's command."""
    head = f"From: a@b.example\nDate: Mon, 27 Apr 2026 10:00:00 +0000\nContent-Type: text/plain; charset={declared}\n\n"
    data = head.encode() + "Le coût dépasse la somme prévue à Mérincourt.".encode(codec)
    assert extract(data).text == "Le coût dépasse la somme prévue à Mérincourt."


def test_a_japanese_mail_of_seven_bits():
    """Wrong: the escapes of ISO-2022-JP read as the ASCII that they are written in."""
    head = b"From: a@b.example\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    text = "橋は五月四日に再開します。"
    assert extract(head + text.encode("iso2022_jp")).text == text


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("=?utf-8?q?Jos=C3=A9_Ribeirinha?= <j@x.example>", "José Ribeirinha"),
        ("=?iso-8859-1?B?Suly9G1l?= <j@x.example>", "Jérôme"),
        ('"Ribeirinha, José" <j@x.example>', "Ribeirinha, José"),
        ("j@x.example", "j@x.example"),
        ("=?nothing?q?x?= <j@x.example>", "x"),
        ("=?utf-8?b?!!!?= <j@x.example>", None),
    ],
)
def test_the_sender_is_the_publisher(header, name):
    """Wrong: encoded words shown as they are written, a traceback for broken ones."""
    publisher = extract(f"From: {header}\nDate: x\n\nUn texte court.".encode()).metadata.publisher
    assert publisher == name if name else publisher


def test_the_day_is_the_senders():
    """Wrong: the day in London, of a mail that was written late in Auckland."""
    data = b"From: a@b.example\nDate: Tue, 05 May 2026 08:00:00 +1200\n\nUn texte court."
    assert extract(data).metadata.date == datetime.date(2026, 5, 5)


@pytest.mark.parametrize(
    "subject", ["Re: La crue", "Fwd: RE: La crue", "AW: La crue", "TR : La crue", "Re[2]: La crue"]
)
def test_answers_have_the_title_of_what_they_answer(subject):
    """Wrong: "Re:" as part of a title."""
    assert (
        extract(f"From: a@b.example\nSubject: {subject}\n\nUn texte.".encode()).metadata.title
        == "La crue"
    )


BODIES = {
    "signature": (
        "Le texte de la lettre.\n\n-- \nÉlodie Vaucharme\nTournevent\n",
        "Le texte de la lettre.",
    ),
    "quotation": (
        "Oui, le pont ouvre lundi matin.\n\nLe 3 mai 2026 à 10:12, Ann Example <ann@x.example> a écrit :\n> Ouvre-t-il ?\n> Merci\n",
        "Oui, le pont ouvre lundi matin.",
    ),
    "quotation over two lines": (
        "Yes, the bridge opens on Monday.\n\nOn Sun, May 3, 2026 at 10:12 AM Ann Example\n<ann@x.example> wrote:\n\n> Does it?\n",
        "Yes, the bridge opens on Monday.",
    ),
    "original": (
        "Yes, the bridge opens on Monday.\n\n-----Original Message-----\nFrom: Ann\nSubject: Bridge\n\nDoes it open?\n",
        "Yes, the bridge opens on Monday.",
    ),
    "handed on": (
        "---------- Forwarded message ---------\nFrom: Ann <ann@x.example>\nDate: Sun, 3 May 2026\nSubject: Bridge\nTo: b\n\nThe bridge opens on Monday.\n",
        "The bridge opens on Monday.",
    ),
    "all quoted": ("> The bridge opens on Monday.\n", "> The bridge opens on Monday."),
    "foot": (
        "The bridge of Ellerstow opens on Monday after six months of work on its arches.\n\n"
        "Unsubscribe: https://x.example/u?id=1\n\nEllerstow Gazette, 4 Mill Lane\n",
        "The bridge of Ellerstow opens on Monday after six months of work on its arches.",
    ),
    "browser": (
        "View this email in your browser\nhttps://x.example/v\n\nThe bridge opens on Monday.\n",
        "The bridge opens on Monday.",
    ),
    "list": (
        "The bridge opens on Monday.\n_______________________________________________\nbridges mailing list\nbridges@x.example\n",
        "The bridge opens on Monday.",
    ),
    "addresses": (
        "The bridge <https://x.example/very/long> opens on Monday.\nhttps://x.example/alone\n",
        "The bridge opens on Monday.",
    ),
}


@pytest.mark.parametrize(("body", "text"), BODIES.values(), ids=BODIES)
def test_what_is_not_the_mails_own_is_out(body, text):
    """Wrong: another's words under this sender's name, a signature or an address as a sentence."""
    assert extract(make_mail(body)).text == text


@pytest.mark.parametrize(
    "quotation",
    [
        "<blockquote type='cite'>Ouvre-t-il ?</blockquote>",
        "<div class='gmail_quote'>Ann a écrit :<blockquote>Ouvre-t-il ?</blockquote></div>",
        "<p>Vous recevez cet e-mail car vous êtes abonné. <a href='x'>Se désabonner</a></p>",
        "<div class='gmail_signature'>Élodie Vaucharme</div>",
    ],
)
def test_what_is_not_the_html_mails_own_is_out(quotation):
    """Wrong: the earlier mail that a program marks in HTML found as this mail's text."""
    html = f"<html><body><p>Oui, le pont de Tournevent ouvre lundi matin à neuf heures, après la fête.</p>{quotation}</body></html>"
    text = extract(make_mail("", html=html)).text
    assert text == "Oui, le pont de Tournevent ouvre lundi matin à neuf heures, après la fête."


def test_flowed_lines_are_one_paragraph():
    """Wrong: a sentence cut at the width of somebody's terminal, the space of stuffing kept."""
    body = "The bridge of Ellerstow \nopens on \nMonday.\nIt rains.\n From here on.\n"
    data = b"From: a@b.example\nContent-Type: text/plain; format=flowed\n\n" + body.encode()
    assert (
        extract(data).text == "The bridge of Ellerstow opens on Monday.\nIt rains.\nFrom here on."
    )


def test_plain_text_full_of_addresses_gives_way():
    """Wrong: quotations that are half tracking addresses where the HTML part reads well."""
    plain = (
        "La passerelle ( https://x.example/1 ) rouvre https://x.example/2 le 4 mai https://x.example/3 \n"
        * 3
    )
    assert "https://" not in extract(make_mail(plain, html=HTML)).text


def test_attachments_are_named():
    """Wrong: a picture's bytes in the text, an attachment that nobody hears of."""
    message = make_mail()
    message.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename="plan été.pdf"
    )
    extracted = extract(message)
    assert extracted.text == extract(make_mail()).text
    assert extracted.warnings == ("not read: attachment plan été.pdf",)


def test_an_attached_text_is_read_where_the_mail_has_none():
    """Wrong: an article that was sent as a file given up."""
    message = make_mail("\n")
    message.add_attachment("Le bac de Sorville passe à huit heures.", filename="article.txt")
    assert extract(message).text == "Le bac de Sorville passe à huit heures."


def test_a_mail_inside_of_a_mail_is_read():
    """Wrong: a newsletter that was forwarded as an attachment lost."""
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("À lire.")
    message.add_attachment(make_mail())
    text = extract(message).text
    assert "À lire.\n\nLa passerelle rouvre\n\nBonjour," in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "without text"),
        (b"From: a@b.example\nSubject: x\n\n", "without text"),
        (b"From: a@b.example\nContent-Type: application/pkcs7-mime\n\nMIAG", "encrypted"),
        (
            b"From: a@b.example\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n\nA\n--x--",
            "encrypted",
        ),
        (b"From: a@b.example\nContent-Type: image/png; name=a.png\n\nAAAA", "attachment a.png"),
    ],
)
def test_a_mail_without_text_says_why(data, reason):
    """Wrong: an empty article, or one of base64."""
    with pytest.raises(SourceError, match=reason):
        extract(data)


@pytest.mark.parametrize("boundary", ["", "; boundary=other"])
def test_a_lost_boundary_costs_nothing(boundary):
    """Wrong: the parts of a mail as its text, headers and all."""
    data = (
        f"From: a@b.example\nContent-Type: multipart/alternative{boundary}\n\n--xyz\nContent-Type: text/plain\n\n"
        "Le bac passe à huit heures.\n--xyz--\n"
    )
    assert extract(data.encode()).text == "Le bac passe à huit heures."


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        (b"Return-Path: <a@b>\nReceived: by x\n\tfor y\nFrom: a@b\nDate: x\n\nText", True),
        (b"From: a@b\r\nDate: x\r\nMessage-ID: <1>\r\n\r\nText", True),
        (b"From: Ann\nDate: 3 May\n\nA letter that somebody typed.", False),
        (b"Title: x\nDate: 2026-05-03\n\nAn article.", False),
        (b"", False),
    ],
)
def test_a_mail_is_known_by_its_headers(data, fits):
    """Wrong: a Maildir's files not seen, a typed letter or a Pelican article taken for a mail."""
    assert MAIL.fits(data) is fits


def test_a_mailbox_is_an_article_for_each_mail(tmp_path):
    """Wrong: mails that run together, "From " inside of a mail taken for the next one."""
    path = tmp_path / "box.mbox"
    box = mailbox.mbox(path)
    bodies = [
        f"La lettre numéro {n} parle de Tournevent.\n\nFrom here on it rains.\n" for n in range(12)
    ]
    for number, body in enumerate(bodies):
        message = make_mail(body)
        message.replace_header("Subject", f"Lettre {number}")
        box.add(message)
    box.close()
    data = path.read_bytes()
    assert MBOX.fits(data)
    extracted = MBOX.extract(data)
    assert [part.metadata.title for part in extracted.parts] == [f"Lettre {n}" for n in range(12)]
    assert [extracted.text[part.start : part.end] for part in extracted.parts] == [
        body.strip() for body in bodies
    ]
    assert [place.name for place in extracted.places] == [f"Lettre {n}" for n in range(12)]


def test_a_mail_of_apple():
    """Wrong: the number above the mail taken for its end of headers, the property list below for its text."""
    mail = make_mail("La lettre parle de Tournevent.\n").as_bytes()
    noted = plistlib.dumps({"flags": 8590195713, "subject": "no text"})
    for head in (b"%d\n" % len(mail), b"  %-9d\r\n" % len(mail)):
        extracted = MAIL.extract(head + mail + noted)
        assert extracted.text == "La lettre parle de Tournevent."
        assert extracted.metadata == MAIL.extract(mail).metadata


def test_what_thunderbird_has_deleted():
    """Wrong: a mail quoted that its owner has thrown away."""
    mails = [
        b"From - Mon Apr 27 10:00:00 2026\nX-Mozilla-Status: %s\nX-Mozilla-Status2: 00000000\n"
        b"From: a@b\nSubject: %s\n\nText %s.\n\n" % (status, status, status)
        for status in (b"0001", b"0009", b"0008", b"100C", b"0013")
    ]
    assert MBOX.extract(b"".join(mails)).text == "Text 0001.\n\nText 0013."


def test_the_boxes_of_a_letter():
    """Wrong: "Upgrade to paid" and the foot quoted, as "Unsubscribe" stands on a line of it; brackets around nothing."""
    body = "<p>The ferry of Lunn is back after nine months, and it is painted yellow, says its captain.</p>"
    boxes = "<p>Upgrade to paid</p><p>© 2026 Ada Quint<br>12 Quay Street<br><a href='u'>Unsubscribe</a></p>"
    read = MAIL.extract(make_mail("", html=f"<html><body>{body}{boxes}</body></html>").as_bytes())
    assert (
        read.text
        == "The ferry of Lunn is back after nine months, and it is painted yellow, says its captain."
    )
    plain = "It is [on time](https://sub.example/r/1) <https://sub.example/x>, they say [sic].\n"
    assert MAIL.extract(make_mail(plain).as_bytes()).text == "It is on time, they say [sic]."


def test_a_mail_without_text_in_a_mailbox_is_told():
    """Wrong: a whole mailbox refused for one empty mail."""
    line = b"From a@b Mon Apr 27 10:00:00 2026\n"
    data = line + b"From: a@b\n\n\n\n" + line + b"From: a@b\n\nUn texte.\n"
    extracted = MBOX.extract(data)
    assert extracted.text == "Un texte."
    assert extracted.warnings == ("mail 1: a mail without text",)


def test_damaged_mails_give_text_or_an_error():
    """Wrong: a traceback of the standard library on a mail cut short or overwritten."""
    choose = random.Random(14)
    for charset, cte, (plain, html) in VARIANTS:
        data = make_mail(plain, html=html, charset=charset, cte=cte).as_bytes()
        cut = data[: choose.randrange(len(data))]
        flipped = bytearray(data)
        for _ in range(40):
            flipped[choose.randrange(len(flipped))] = choose.randrange(256)
        for damaged in (cut, bytes(flipped)):
            try:
                assert extract(damaged).text
            except SourceError as error:
                assert error.message


@given(
    st.lists(
        st.sampled_from(
            [
                "From:",
                "Content-Type: ",
                "multipart/mixed",
                "; boundary=",
                '"',
                "--a",
                "\n",
                "\n\n",
                "=?utf-8?q?",
                "?=",
                "text/html",
                "é",
                "<b>",
                "Date: ",
                ";",
                "a",
                "name*0*=",
                "charset=",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_headers_give_text_or_an_error(pieces):
    """Wrong: an exception of the header parser for a mail that no program wrote."""
    data = "".join(pieces).encode()
    for reader in (MAIL, MBOX):
        try:
            reader.extract(data)
        except SourceError as error:
            assert error.message


NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
HOSTILE = {
    "nested": "From: a@b\n" + NESTED,
    "many parts": "From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n"
    + "--b\n\nx\n" * 50_000,
    "headers": "From: a@b\n" + "X: y\n" * 200_000 + "\nUn texte.",
    "a long header": "From: " + "=?utf-8?q?a?= " * 100_000 + "\n\nUn texte.",
    "folded": "Subject: a\n" + " b\n" * 100_000 + "\nUn texte.",
    "quotations": "From: a@b\n\nUn texte à moi seul ici.\n" + "> a\n" * 100_000,
    "quoted html": "From: a@b\nContent-Type: text/html\n\n<p>Un texte à moi ici"
    + "<blockquote type=cite>a" * 1000,
    "no line ends": "From: a@b\n\n" + "a " * 2_000_000,
    "empty lines": "From: a@b\n\n" + "\n" * 500_000 + "x",
    "brackets": "From: a@b\n\n" + "<https://" * 100_000,
}


@pytest.mark.parametrize("mail", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mails_end(mail):
    """Wrong: time that grows with the square of a mail, recursion into its parts."""
    try:
        assert extract(mail.encode()).text
    except SourceError as error:
        assert error.message


def test_a_mailbox_of_many_small_mails_ends():
    """Wrong: a mailbox that is searched from its start for each of its mails."""
    line = b"From a@b Mon Apr 27 10:00:00 2026\n"
    data = (line + b"From: a@b\n\nUn texte.\n\n") * 5_000
    assert len(MBOX.extract(data).parts) == 5_000
