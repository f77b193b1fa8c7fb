"""Sentence by sentence, the stretches that may name somebody; what was read of a sentence once is not read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from libs.privacy.names.cues import KINDS, Cue
from libs.privacy.names.features import HEADLINE, NORMAL, manner
from libs.privacy.names.mentions import Mention, listed_mentions, read_mentions, told_mentions, widened
from libs.privacy.names.reading import Words, sentences
from libs.privacy.names.remaining import remaining
from libs.privacy.names.screening import may_name_somebody
from libs.privacy.names.tagging import Tagger, shipped_tagger

# Where every name goes, rather one too many than one missed.
_LEAN = 2.5
# How far a rule looks out of its sentence: back over an unknown abbreviation, on where no full stop closes it.
_BACK, _ON = 2, 16
_CLOSES = frozenset(".!?;")
_OFFICES = frozenset({"office", "rank"})
# Pelaku: Ance Tallo, Delila Sine.
_LABEL = 4
# Bounded: a stream of ever new sentences must not fill the memory.
_MOST_SENTENCES = 20_000

# Half-open, in words from the beginning of the sentence, and how: see Mention.
_Told = tuple[tuple[int, int, str], ...]


class Spotter:
    """The gate reads what it masked once more, and agencies' texts come many times: what it found in a sentence is kept
    by a hash of its words, never the text."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger
        self._told: dict[int, _Told] = {}

    def forget(self) -> None:
        """The sentences read so far: a bench that repeats its texts would measure how they are looked up."""
        self._told.clear()

    def mentions(self, words: Words, cues: Sequence[Cue], *, every_name: bool, child: bool) -> Iterator[Mention]:
        next_cue = 0
        for first, last in sentences(words):
            begin = next_cue
            while next_cue < len(cues) and cues[next_cue].start < last:
                next_cue += 1
            told = self._of_sentence(words, first, last, cues[begin:next_cue], every_name=every_name, child=child)
            for start, end, how in told:
                yield Mention(first + start, first + end, how)

    def _of_sentence(
        self, words: Words, first: int, last: int, cues: Sequence[Cue], *, every_name: bool, child: bool
    ) -> _Told:
        begin = max(0, first - _BACK)
        end = last if words.words[last - 1] in _CLOSES else last + _ON
        looked_at = words.words[begin:end]
        # A phrase may reach across the end of a sentence.
        across = (cues[0].start - first, cues[-1].end - first) if cues else (0, 0)
        key = hash((every_name, child, first - begin, last - begin, across, *looked_at))
        told = self._told.get(key)
        if told is None:
            if len(self._told) > _MOST_SENTENCES:
                self._told.clear()
            window = Words("", looked_at, words.low[begin:end], [])
            shifted = [Cue(cue.start - begin, cue.end - begin, cue.kind) for cue in cues]
            found = self._read(window, shifted, first - begin, last - begin, every_name=every_name, child=child)
            shift = first - begin
            behind = {index: cue.end for cue in shifted if cue.kind in _OFFICES for index in range(cue.start, cue.end)}
            without = (self._without_title(window, one, behind) for one in found)
            told = self._told[key] = tuple(
                [(one.start - shift, one.end - shift, one.how) for one in without if one.start < one.end]
            )
        return told

    def _read(
        self, words: Words, cues: Sequence[Cue], first: int, last: int, *, every_name: bool, child: bool
    ) -> Iterator[Mention]:
        sorts, sentence = self.tagger.sorts, words.words[first:last]
        how = manner(sentence)
        # Where every word is written alike a capital letter announces nobody.
        # A list of names is no headline though nearly all its words have capitals, nor is a line of a form.
        listed = (sentence[-1] == "." and "," in sentence) or ":" in sentence[:_LABEL]
        ordinary = how == NORMAL or (every_name and how == HEADLINE and listed)
        if cues:
            told = told_mentions(words, cues, sorts, capitals=ordinary, broadly=every_name)
            yield from (widened(words, mention, sorts) if mention.how == "read" else mention for mention in told)
        if may_name_somebody(sentence, words.low[first:last], sorts):
            lean = _LEAN if every_name and how == NORMAL else 0.0
            ranges = ((first + start, first + end) for start, end in self.tagger.names(sentence, how, lean=lean))
            for mention in read_mentions(words, ranges, cues, sorts, how):
                yield from self._with_neighbours(words, mention, broadly=every_name) if ordinary else (mention,)
        if every_name and how == NORMAL:
            yield from remaining(words, first, last, sorts, child=child)

    def _without_title(self, words: Words, mention: Mention, behind: Mapping[int, int]) -> Mention:
        """Perwira Piket Nurdin: the words of an office that stand before a name are none of it; Kepala Basarnas Bandung
        is nobody, nor is RS Siti Khadijah."""
        start = mention.start
        if mention.how == "read" and mention.end > start + 1 and KINDS.get(words.low[start]) == "thing":
            return Mention(mention.end, mention.end, mention.how)
        while mention.how == "read" and start in behind and start < mention.end:
            start = behind[start]
        if start == mention.start:
            return mention
        named = any(self.tagger.sorts.get(low, "U") not in "CP" for low in words.low[start : mention.end])
        return Mention(start if named else mention.end, mention.end, mention.how)

    def _with_neighbours(self, words: Words, mention: Mention, *, broadly: bool) -> Iterator[Mention]:
        whole = widened(words, mention, self.tagger.sorts)
        yield whole
        yield from listed_mentions(words, whole, self.tagger.sorts, broadly=broadly)


@cache
def shipped_spotter() -> Spotter:
    return Spotter(shipped_tagger())
