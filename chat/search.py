"""Words for the FULLTEXT index, the same on both engines.

MySQL's ngram parser is unknown to MariaDB, and the parser that both have cuts text at blanks, leaves out words of fewer
than three characters and a list of English ones: useless for Korean, which joins particles to its words, and for "AI".
So the words are made here: letters of languages that are written without clear words go in as pairs of neighbours,
others as words, each with the account in front and `_` behind: long enough, never a stop word, and nobody else's. One
account's search therefore reads one account's entries of the index, however common the word is.
"""

import re
import unicodedata

LONGEST = 40  # characters of a word; the index takes 84 with what is around it
WORD = re.compile(r"[^\W_]+")
# Hangul, kana, CJK ideographs, Thai: searched by pairs.
PAIRED = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
MOST_TERMS = 16  # of one search


def terms_of(account_db_key: int, text: str) -> str:
    """What is stored beside a message."""
    mark = _mark(account_db_key)
    return " ".join(sorted({f"{mark}{term}_" for term in _terms(text)}))


def query_of(account_db_key: int, text: str) -> str:
    """For AGAINST ... IN BOOLEAN MODE: every word must be there, or begin one that is. '' when there is none."""
    found = dict.fromkeys(_terms(text))
    mark = _mark(account_db_key)
    return " ".join(f"+{mark}{term}{_end(term)}" for term in list(found)[:MOST_TERMS])


def _terms(text: str) -> list[str]:
    found: list[str] = []
    for word in WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if word.isascii():  # most words, and quickly said
            found += _cut(word)
            continue
        position = 0
        for run in PAIRED.finditer(word):
            found += _cut(word[position : run.start()])
            found += _pairs(run[0])
            position = run.end()
        found += _cut(word[position:])
    return found


def _cut(word: str) -> list[str]:
    return [word[:LONGEST]] if word else []


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(max(1, len(run) - 1))]


def _end(term: str) -> str:
    """A pair is whole; a word, or one letter of a pair, may go on."""
    return "_" if len(term) == 2 and PAIRED.fullmatch(term) else "*"


def _mark(account_db_key: int) -> str:
    return f"{account_db_key:x}x"
