"""What the privacy gate put in a name's place is no word of the text."""

from services.classifier.normalising import read


def test_a_mask_is_no_word_and_moves_nothing() -> None:
    reading = read("Polisi tangkap [TAHANAN] di pasar", "Korban [WARGA] dan [WBP] dirawat.")
    assert not {"tahanan", "warga", "wbp"} & set(reading.words)
    first = reading.words.index("dirawat")
    assert reading.place(first, first).text == "dirawat"
