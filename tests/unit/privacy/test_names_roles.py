"""Who is masked and who stays readable. Every person here is invented (CONTOH)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.privacy import gate
from libs.privacy.folding import fold
from libs.privacy.names import find_names
from libs.privacy.outcomes import Channel

CHANNELS: tuple[Channel, ...] = ("news", "social", "unit_report", "release")


def masked(text: str, channel: Channel = "news", *, child: bool = False) -> dict[str, str]:
    """What is masked → as what."""
    return {text[one.start : one.end]: one.kind for one in find_names([fold(text)], channel=channel, child=child)[0]}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Napi Suyatmin kabur dari Lapas Contoh.", "Suyatmin"),
        ("Warga binaan atas nama Encep Saepudin dibebaskan hari ini.", "Encep Saepudin"),
        ("Narapidana bernama Parlindungan Siregar membuat ulos.", "Parlindungan Siregar"),
        ("Tahanan Yusrizal Koto dilarikan ke rumah sakit.", "Yusrizal Koto"),
        ("Napi I Made Sudiarta menenun di ruang kerja.", "I Made Sudiarta"),
        ("Terdakwa Liem Hok Gwan dituntut enam tahun.", "Liem Hok Gwan"),
        ("Narapidana Yance Kogoyal melarikan diri.", "Yance Kogoyal"),
        ("Tersangka Andi Baso Mappasessu ditahan.", "Andi Baso Mappasessu"),
        ("Terpidana Teuku Nyak Ramlan dicambuk.", "Teuku Nyak Ramlan"),
        ("Warga binaan Dehen Tundan memahat mandau.", "Dehen Tundan"),
        ("Napi Syarif Al Habsyian mengajar mengaji.", "Syarif Al Habsyian"),
        ("Narapidana Yohanes Priyantoro memimpin paduan suara.", "Yohanes Priyantoro"),
    ],
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_an_inmate_of_any_region_is_masked_in_every_channel(text: str, name: str, channel: Channel) -> None:
    hidden = "".join(masked(text, channel))
    assert name in hidden


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("Kalapas Hendra Wiguna memimpin apel pagi di Lapas Contoh.", "Hendra Wiguna"),
        ("Kepala Lapas Kelas IIA Cibinong, Hendra Wiguna, meninjau dapur.", "Hendra Wiguna"),
        ("Hendra Wiguna, Kepala Rutan Kelas IIB Contoh, membantah kabar itu.", "Hendra Wiguna"),
        ("Kapolres Contoh AKBP Hendra Wiguna mendatangi lokasi.", "Hendra Wiguna"),
        ("Menurut Kepala Seksi Pembinaan, Hendra Wiguna, kegiatan berjalan tertib.", "Hendra Wiguna"),
        ("Kasubsi Pelayanan Tahanan Hendra Wiguna menjelaskan alur kunjungan.", "Hendra Wiguna"),
        ("Plt. Kalapas Contoh Hendra Wiguna mengatakan situasi aman.", "Hendra Wiguna"),
    ],
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_an_office_holder_stays_readable_in_every_channel(text: str, readable: str, channel: Channel) -> None:
    assert masked(text, channel) == {}


def test_in_a_report_a_name_without_office_goes_in_news_it_stays() -> None:
    text = "Kegiatan dihadiri Ratna Wulandari dari yayasan setempat."
    assert "Ratna Wulandari" in masked(text, "unit_report")
    assert masked(text, "news") == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Napi Suyatmin kabur.", "wbp"),
        ("Tersangka Suyatmin ditangkap.", "tahanan"),
        ("Korban, Suyatmin, dirawat.", "warga"),
    ],
)
def test_the_class_tells_the_role(text: str, kind: str) -> None:
    assert masked(text)["Suyatmin"] == kind


def test_a_former_office_holder_who_is_a_suspect_is_masked() -> None:
    assert "Hendra Wiguna" in masked("Mantan Kalapas Contoh Hendra Wiguna ditetapkan sebagai tersangka.")


def test_bin_alias_and_initials_need_no_role() -> None:
    assert "Karta bin Wira" in masked("Petani itu dikenal sebagai Karta bin Wira di kampungnya.")
    assert any("Lecir" in name for name in masked("Pria itu, Suyatmin alias Lecir, tidak melawan."))
    assert "MR" in masked("Pelaku berinisial MR diperiksa.")


def test_a_list_of_initials_goes_to_its_end() -> None:
    assert {"AF", "MH", "SN"} <= set(masked("Tiga orang berinisial AF, MH, dan SN diperiksa."))


def test_every_name_of_a_list_bears_the_role_of_the_first() -> None:
    hidden = "".join(masked("Polisi memburu napi Sudirman dan Marwoto."))
    assert "Sudirman" in hidden and "Marwoto" in hidden


def test_later_and_shorter_forms_follow_the_first() -> None:
    texts = [
        "Sudiarta Ditangkap Lagi",
        "Napi Made Sudiarta kabur. Kalapas Hendra Wiguna menyesal. Sudiarta licin, kata Hendra.",
    ]
    title, text = find_names([fold(one) for one in texts], channel="news", child=False)
    assert [texts[0][one.start : one.end] for one in title] == ["Sudiarta"]
    hidden = [texts[1][one.start : one.end] for one in text]
    assert hidden.count("Sudiarta") == 1 and not any("Hendra" in one for one in hidden)


def test_a_role_in_one_field_holds_in_all() -> None:
    texts = ["Kisah Ratnasari", "Korban, Ratnasari (23), dimakamkan hari ini."]
    title, _ = find_names([fold(one) for one in texts], channel="news", child=False)
    assert [texts[0][one.start : one.end] for one in title] == ["Ratnasari"]


def test_in_child_mode_who_holds_no_office_is_masked() -> None:
    text = "Ratna Wulandari menjemput adiknya. Kapolres Contoh AKBP Hendra Wiguna hadir."
    assert "Ratna Wulandari" in masked(text, child=True)
    assert not any("Hendra" in name for name in masked(text, child=True))


@pytest.mark.parametrize(
    "text",
    [
        "Lapas Kelas IIA Contoh menanam jagung di Kecamatan Sukamaju, Kabupaten Bandung.",
        "Warga Kampung Melayu mengeluh, kata Ketua RT.",
        "Klien datang dari D.I. Yogyakarta dan Jawa Tengah.",
        "NPWP dan BPJS warga binaan diperiksa di Rutan Contoh.",
        "Badai Seroja melanda Nusa Tenggara Timur.",
    ],
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_places_units_and_abbreviations_are_nobody(text: str, channel: Channel) -> None:
    assert masked(text, channel) == {}


@pytest.mark.parametrize("token", ["[WBP]", "[TAHANAN]", "[ANAK]", "[WARGA]", "[KELUARGA]"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_token_of_the_gate_is_not_masked_again(token: str, channel: Channel) -> None:
    assert masked(f"Napi {token} kabur, {token} menyerah.", channel) == {}


_ODD = ["", " ", "😀" * 50, "\n\n\n", "bin", "bin bin bin", "(", "A", "[", "\u0301", "((((1", "inisial", "a.n."]


@pytest.mark.parametrize("text", _ODD)
@pytest.mark.parametrize("channel", CHANNELS)
def test_odd_texts_name_nobody(text: str, channel: Channel) -> None:
    assert masked(text, channel) == {}


_WORDS = """napi Napi bin Binti Budi Santoso , . ( ) 32 alias inisial MR A.B. Kalapas mantan [WBP] - ' dr. Rd. 😀 korban
dan"""
_PIECES = st.lists(st.sampled_from([*_WORDS.split(), "\n"]) | st.text(max_size=6), max_size=40)


@settings(max_examples=150, deadline=None)
@given(_PIECES, st.sampled_from(CHANNELS), st.booleans())
def test_what_is_found_lies_in_the_text_in_order_and_apart(pieces: list[str], channel: Channel, child: bool) -> None:
    folded = fold(" ".join(pieces))
    found = find_names([folded, folded], channel=channel, child=child)[0]
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end <= len(folded.text) for end, one in zip(ends, found, strict=False))
    assert {one.kind for one in found} <= {"wbp", "tahanan", "keluarga", "anak", "warga"}


@pytest.mark.parametrize(
    "text", ["Polisi memeriksa tersangka AYP di Polres.", "Keluarga korban RZ, warga kampung itu, datang."]
)
def test_letters_behind_a_private_role_are_somebody(text: str) -> None:
    assert masked(text).keys() & {"AYP", "RZ"}


def test_letters_of_an_organisation_behind_a_role_stay() -> None:
    text = "Tersangka KPK itu dan korban PHK menunggu."
    assert gate(text, channel="news").text == text


def test_in_a_report_a_list_of_names_is_no_headline_and_brackets_close_an_office() -> None:
    text = "Dokumentasi kegiatan: Sigit Danarhadi (Kalapas), Retno Palupi (staf bimkemas)."
    assert "Retno Palupi" in masked(text, "unit_report") and "Sigit Danarhadi" not in masked(text, "unit_report")
    assert "Khalil" in masked("Senjata itu milik Khalil, kata petugas jaga.", "unit_report")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Semalam regu jaga menanyai Bijak soal ponsel.", ["Bijak"]),
        ("Kemarin sore Rejo mengecat pagar.", ["Rejo"]),
        ("Ribut mulut antara Sarmin dan Karang di dapur.", ["Sarmin", "Karang"]),
        ("Polisi meringkus Samsurizal Lebong (34) di terminal.", ["Samsurizal Lebong"]),
        ("Pelaku: Ance Tallobuni, Delila Sinegar", ["Ance Tallobuni", "Delila Sinegar"]),
    ],
)
def test_a_report_leaves_nobody_who_is_told_of_like_a_person(text: str, names: list[str]) -> None:
    hidden = masked(text, "unit_report")
    assert [name for name in names if not any(name in one for one in hidden)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Menu malam dicicipi Perwira Piket Nurdin Hadiwinata sebelum dibagikan.",
        "Kepala Basarnas Bandung, Heru Maranatama, menghentikan pencarian.",
        "Korban dibawa ke RS Siti Khadijah.",
    ],
)
def test_the_words_of_an_office_and_of_a_house_are_nobodys(text: str) -> None:
    assert masked(text, "unit_report") == {}


def test_in_news_whoever_is_introduced_by_name_is_nobody_known() -> None:
    assert masked("Turis asal Swedia bernama Lars Edholmsson tersesat.") == {"Lars Edholmsson": "warga"}
