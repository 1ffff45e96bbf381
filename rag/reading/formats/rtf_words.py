"""The control words of RTF that matter to a reader, and the code pages that it names by number."""

from __future__ import annotations

import re

# What stands for a character.
CHARACTERS = {
    "line": "\n",
    "lbr": "\n",
    "tab": " ",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "~": "\u00a0",
    "_": "\u2011",
    "-": "",
    "{": "{",
    "}": "}",
    "\\": "\\",
    "\t": " ",
}
# Groups whose content is kept apart from the text.
ANNOUNCED = frozenset(
    {
        "author",
        "creatim",
        "fonttbl",
        "footnote",
        "info",
        "shptxt",
        "stylesheet",
        "title",
    }
)
# Groups that hold no text of the article: tables of the document, fields' codes, pictures, headers.
PASSED_OVER = frozenset(
    [
        "aftncn", "aftnsep", "aftnsepc", "annotation", "atnauthor", "atndate", "atnicn", "atnid",
        "atnparent", "atnref", "atntime", "atrfend", "atrfstart", "background", "bkmkend",
        "bkmkstart", "blipuid", "buptim", "category", "colorschememapping", "colortbl", "comment",
        "company", "datafield", "datastore", "defchp", "defpap", "docvar", "doccomm", "ebcend",
        "ebcstart", "factoidname", "falt", "fchars", "ffdeftext", "ffentrymcr", "ffexitmcr",
        "ffformat", "ffhelptext", "ffl", "ffname", "ffstattext", "file", "filetbl", "fldinst",
        "fldtype", "fontemb", "fontfile", "footer", "footerf", "footerl", "footerr",
        "footnotesep", "ftncn", "ftnsep", "ftnsepc", "generator", "gridtbl", "header", "headerf",
        "headerl", "headerr", "hlinkbase", "htmltag", "hsv", "keycode", "keywords",
        "latentstyles", "lchars", "levelnumbers", "leveltext", "lfolevel", "linkval", "list",
        "listlevel", "listname", "listoverride", "listoverridetable", "listpicture",
        "liststylename", "listtable", "listtext", "lsdlockedexcept", "mailmerge", "manager",
        "mmathPr", "nesttableprops", "nonesttables", "nonshppict", "objalias", "objclass",
        "objdata", "objname", "objsect", "objtime", "oldcprops", "oldpprops", "oldtprops",
        "oldsprops",
        "operator", "panose", "password", "passwordhash", "pgp", "pgptbl", "picprop", "pict",
        "pn", "pnseclvl", "pntext", "pntxta", "pntxtb", "printim", "private", "propname",
        "protend", "protstart", "protusertbl", "pxe", "revtbl", "revtim", "rsidtbl", "rxe",
        "shppict", "shprslt", "sn", "sp", "staticval", "subject", "sv", "tc", "template",
        "themedata", "txe", "ud", "upr", "userprops", "wgrffmtfilter", "windowcaption",
        "writereservation", "writereservhash", "xe", "xform", "xmlattrname", "xmlattrvalue",
        "xmlclose", "xmlname", "xmlnstbl", "xmlopen",
    ]
)  # fmt: skip
CODE_PAGES = {"ansi": "cp1252", "mac": "mac-roman", "pc": "cp437", "pca": "cp850"}
# The character sets of fonts; 1 is that of the document.
CHARSETS = {
    0: "cp1252",
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
HEADING = re.compile(
    r"\s*(?:heading|titre|überschrift|t[ií]tulo|titolo|kop|rubrik|overskrift|nagłówek) [12];",
    re.IGNORECASE,
)
