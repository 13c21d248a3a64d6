"""A room's title, made from its first question: no model is asked, so it costs nothing and comes with the answer."""

import re

LONGEST = 60
SENTENCE = re.compile(r"(?<=[.!?\u3002\uff1f\uff01])\s")


def title_of(question: str) -> str:
    """Its first sentence on one line, cut between words."""
    text = " ".join(SENTENCE.split(question.strip(), maxsplit=1)[0].split())
    if len(text) <= LONGEST:
        return text
    cut = text[: LONGEST - 1]
    return f"{cut[: cut.rindex(' ')] if ' ' in cut[LONGEST // 2 :] else cut}…"
