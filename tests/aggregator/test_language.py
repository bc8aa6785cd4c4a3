"""Which language an entry is in."""

import pytest

from aggregator.parsing.language import choose, declared, detect, fits

TEXTS = {
    "en": "It was a bright cold day in April, and the clocks were striking thirteen in the streets of the town.",
    "de": "Ich sitze am Fenster und schaue in den Garten, wo die Kinder mit dem Hund spielen.",
    "fr": "Il y avait dans la maison une grande salle avec des livres, et nous ne savions pas qui les avait lus.",
    "es": "Cuando llegó el tren, los niños estaban en la estación y no sabían por qué era tan tarde.",
    "it": "La casa sul mare era vuota da anni, ma il giardino è ancora pieno di rose che nessuno ha mai piantato.",
    "nl": "Het was een donkere avond en de regen viel op de daken van de stad. Niemand liep er nog op straat.",
    "pl": "To jest bardzo stary dom, w którym nie było już nikogo, ale w oknie paliło się jeszcze światło.",
    "ru": "Все счастливые семьи похожи друг на друга, и каждая несчастливая семья не похожа на другую.",
    "uk": "Це була хата, що стояла над річкою, і ніхто не знав, як вона там була і хто її збудував.",
    "ja": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "zh": "昨天我去了图书馆，看到一本关于网络的书，很有意思。",
    "ko": "나는 오늘 아침에 일찍 일어나서 산책을 했다.",
    "el": "Η ζωή είναι ωραία και ο ήλιος λάμπει.",
    "he": "שלום עולם, זה טקסט קצר.",
    "ar": "هذا هو اليوم الذي كنت أنتظره من وقت طويل في هذا المكان على البحر",
}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("en", "en"), ("en-US", "en-us"), ("PT_br", "pt-br"), ("zh-Hans-CN", "zh-hans"), ("English", ""), ("x", "")],
)
def test_a_declared_language_is_a_tag_in_lower_case(written: str, meant: str) -> None:
    assert declared(written) == meant


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_known_by_its_script_and_words_without_the_large_model(language: str) -> None:
    assert detect(TEXTS[language], ask=False) == language
    assert fits(language, TEXTS[language])


def test_a_language_that_was_declared_without_thought_is_not_believed() -> None:
    assert choose("en-US", [("", TEXTS["de"]), ("", TEXTS["de"])]) == ["de", "de"]
    assert choose("en", [("", TEXTS["ja"])]) == ["ja"]


def test_a_declared_language_that_may_be_right_stays() -> None:
    assert choose("pt-BR", [("", "Foi uma tarde longa")]) == ["pt-br"]
    assert choose("en-gb", [("", TEXTS["en"])]) == ["en-gb"]


def test_an_entry_may_say_its_own_language() -> None:
    assert choose("en", [("fr-CA", TEXTS["en"]), ("", TEXTS["en"])]) == ["fr-ca", "en"]


def test_a_feed_may_be_of_two_languages() -> None:
    texts = [("", TEXTS["en"]), ("", TEXTS["de"]), ("", TEXTS["en"]), ("", TEXTS["de"])]
    assert choose("en", texts) == ["en", "de", "en", "de"]


def test_what_has_no_words_has_no_language() -> None:
    assert choose("", [("", "")]) == [""]
    assert choose("", [("", "12345 67")]) == [""]


def test_a_rarer_language_is_known_by_the_large_model() -> None:
    basque = "Euskal Herria Europako mendebaldean dagoen lurralde bat da, eta bertako hizkuntza euskara da."
    assert detect(basque * 2) == "eu"
