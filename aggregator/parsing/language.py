"""Which language an entry is in: as declared when that is plausible, else by its script and its commonest words.

py3langid knows 97 languages and takes 100 MB and half a second to say so; it is asked only where the words of the
two dozen commonest languages do not settle it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

SAMPLE = 240  # characters of an entry that are looked at
ENOUGH = 80  # letters below which nothing is guessed from words

_tag = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}|[a-zA-Z]{4}|\d{3}))?(?:[-_].*)?")
_word = re.compile(r"[^\W\d_]+")

# Words that are common in one language and rare in the others here.
_COMMON = {
    "en": "the of and to in is it that for was with are this be have from by not but you they we what which their",
    "de": "der die das und ist nicht ein eine zu den mit von auf für im dem sich auch wie es wird bei oder aus ich",
    "fr": "le la les des et est une du dans pour que qui pas sur par plus avec au ce il sont nous vous cette aux",
    "es": "el la los las de y que en un una es por con para del se no su al más como pero este esta muy lo hay son",
    "it": "il di che è la per un una non con del della sono si gli le dei nel alla come più anche questo ma da ha",
    "pt": "o a os as de e que em um uma é para com não do da no na por mais se como dos das ao pelo são você foi",
    "nl": "de het een en van is dat niet in op te voor met zijn aan er maar ook naar bij om deze wordt wij dit nog",
    "sv": "och att det som en på är av för med den inte till har ett om de var jag vi men kan från så eller när",
    "da": "og at det en den til er på som ikke af med for der var et han har jeg vi fra men også kan efter hvor",
    "nb": "og å det er på som en til ikke av med for den har jeg vi fra men også kan etter hvor ble ut noen mer",
    "fi": "ja on ei se että oli hän mutta kun niin joka ovat myös tai mitä kuin olla sen siitä vain jos nyt tämä",
    "pl": "i w na z nie się do to jest że o jak ale po co tak za od przez są dla tym może tylko był oraz czy już",
    "cs": "a v se na je že to s z do i o jako ale za by pro jsem po od jak který které byl být také nebo jsou když",
    "sk": "a v sa na je že to s z do aj o ako ale za by pre som po od keď ktorý ktoré bol byť tiež alebo sú už",
    "hu": "a az és hogy nem is egy de ez azt meg volt csak már van ha még mint vagy el fel kell lehet nagyon ki",
    "ro": "și de în la a cu pe nu care este un o să din mai că pentru sunt au fost ca sau fi prin după dar lui",
    "tr": "ve bir bu da de için ile çok daha olarak olan gibi ne var ama en kadar sonra ya değil mi her şey o ben",
    "id": "yang dan di ini itu dengan untuk dari tidak dalam akan pada juga ke bisa ada karena saya oleh atau kita",
    "vi": "và của là có không được cho một các trong với những người này khi đã để cũng từ như nhưng thì ra vào",
    "ca": "el la els les de i que en un una és per amb del no es als més com però aquest aquesta molt ho hi són",
    "hr": "i je u da se na za su od s kao ne to koji iz što ili bi po ali biti samo nije kako koja više već sve",
    "ru": "и в не на я что с по это как но к он из у за то так же все для от мы о бы или есть если был",
    "uk": "і в не на що з та як це до за але у про від для він є або ми його які так був буде ще бо цього",
    "bg": "и на да се в за не от е са с по че като но това до със или към ще при един която който още има",
    "sr": "и је у да се на за су од с као не то који из што или би по али бити само није како која више све",
    "ar": "في من على إلى أن هذا التي الذي مع عن لا ما هذه كان هو و ذلك بين أو كل بعد قد",
    "fa": "و در به از که این را با است برای آن یک تا می شود خود ها بر هم کرد بود",
    "ur": "کے میں کی ہے اور سے کا کو نے پر یہ اس ہیں کہ نہیں بھی تھا کر ایک وہ",
    "hi": "के में की है और से का को ने पर यह इस हैं कि नहीं भी था कर एक वह",
    "mr": "आहे आणि या च्या ते हे तर हा की मध्ये आहेत होते व नाही केले असे एक",
}
COMMON = {language: frozenset(words.split()) for language, words in _COMMON.items()}

# Scripts by the first character of a Unicode block; a script of one language, or of several told apart by words.
_BLOCKS = (
    ("Latin", "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u024f\u1e00-\u1eff"),
    ("Greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("Cyrillic", "\u0400-\u052f"),
    ("Armenian", "\u0530-\u058f"),
    ("Hebrew", "\u0590-\u05ff"),
    ("Arabic", "\u0600-\u06ff\u0750-\u077f"),
    ("Devanagari", "\u0900-\u097f"),
    ("Bengali", "\u0980-\u09ff"),
    ("Tamil", "\u0b80-\u0bff"),
    ("Telugu", "\u0c00-\u0c7f"),
    ("Thai", "\u0e00-\u0e7f"),
    ("Georgian", "\u10a0-\u10ff"),
    ("Hangul", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
    ("Kana", "\u3040-\u30ff"),
    ("Han", "\u3400-\u4dbf\u4e00-\u9fff"),
)
_SCRIPTS = {name: re.compile(f"[{block}]") for name, block in _BLOCKS}
_ONE_LANGUAGE = {
    "Greek": "el", "Armenian": "hy", "Hebrew": "he", "Bengali": "bn", "Tamil": "ta", "Telugu": "te", "Thai": "th",
    "Georgian": "ka", "Hangul": "ko", "Kana": "ja", "Han": "zh",
}  # fmt: skip
_WRITTEN_IN = {
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn", "ky"), "Cyrillic"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb"), "Arabic"),
    **dict.fromkeys(("hi", "mr", "ne"), "Devanagari"),
    **{language: script for script, language in _ONE_LANGUAGE.items()},
    "yi": "Hebrew",
}
_BY_SCRIPT = {
    script: [language for language in COMMON if _WRITTEN_IN.get(language, "Latin") == script]
    for script in ("Latin", "Cyrillic", "Arabic", "Devanagari")
}
_EITHER = frozenset(("sr", "kk", "mn", "az", "uz", "ku", "bs"))  # written in more than one script


@lru_cache(maxsize=512)
def declared(value: str) -> str:
    """A language tag as feeds write them, as BCP 47 in lower case ("en", "pt-br"); empty for nonsense."""
    found = _tag.fullmatch(value.strip())
    if not found or found.group(1).lower() in ("und", "mul", "zxx", "xx"):
        return ""
    primary, rest = found.group(1).lower(), (found.group(2) or "").lower()
    return f"{primary}-{rest}" if rest else primary


def choose(of_feed: str, entries: list[tuple[str, str]]) -> list[str]:
    """The language of each entry of a feed, given as (declared language, text); empty where it cannot be told."""
    whole = declared(of_feed)
    samples = [text[:SAMPLE] for own, text in entries if not own]
    if samples:
        together = " ".join(samples[:8])
        if not whole or not fits(whole, together):
            whole = detect(together) or whole
    mixed = not all(_passes(sample, whole) for sample in samples[:: len(samples) // 6 + 1])
    return [declared(own) or (_of_entry(text[:SAMPLE], whole) if mixed else whole) for own, text in entries]


def _passes(sample: str, whole: str) -> bool:
    return len(sample) < ENOUGH or fits(whole, sample)


def _of_entry(sample: str, whole: str) -> str:
    """The feed's language unless the entry's words clearly are not of it."""
    return whole if _passes(sample, whole) else detect(sample, ask=False) or whole


def fits(language: str, sample: str) -> bool:
    """Whether a text may be in a language: in its script, with some of its common words where we know them."""
    primary = language.partition("-")[0]
    if not primary:
        return False
    common = COMMON.get("nb" if primary in ("no", "nn") else primary)
    if common is not None:
        words = sample.lower().split()
        if len(words) < 12:
            return _in_script_of(primary, script(sample))
        return len(common.intersection(words)) >= (2 if len(words) < 60 else 4)
    return _in_script_of(primary, script(sample))


def _in_script_of(primary: str, written: str) -> bool:
    if primary in ("zh", "ja"):
        return written in ("", "Han", "Kana")
    return written in ("", _WRITTEN_IN.get(primary, "Latin")) or primary in _EITHER


def detect(sample: str, *, ask: bool = True) -> str:
    """The language of a text by script, by words, and with `ask` by py3langid; empty when it cannot be told."""
    written = script(sample)
    if written == "Han" and _SCRIPTS["Kana"].search(sample):
        return "ja"
    if written in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[written]
    words = set(_word.findall(sample.lower()))
    ranked = Counter({name: len(COMMON[name] & words) for name in _BY_SCRIPT.get(written, COMMON)}).most_common(2)
    (best, most), (_, second) = ranked
    if most >= 4 and most > second + 1:
        return best
    if not ask or len(sample) < ENOUGH:
        return best if most >= 3 and most > second else ""
    return _ask(sample)


def script(sample: str) -> str:
    """The script most of its letters are in; kana outweigh the Han characters they are mixed with."""
    sample = sample[:600]
    if sample.isascii():
        return "Latin" if any(map(str.isalpha, sample[:50])) else ""
    if len(sample.encode("ascii", "ignore")) > len(sample) * 0.7 and any(map(str.isalpha, sample[:50])):
        return "Latin"
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    counts["Kana"] *= 3 if counts["Kana"] else 1
    name = max(counts, key=lambda name: counts[name])
    return name if counts[name] else ""


def _ask(sample: str) -> str:
    from py3langid import langid  # numpy and a model: only when needed

    language, _ = langid.classify(sample)
    return str(language)
