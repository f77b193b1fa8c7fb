"""What concerns the Indonesian corrections service, and what only sounds like it."""

import pytest

from services.classifier.labelling import Labeller

RELEVANT = """
Kalapas Garut cek dapur dan blok hunian
Dua napi Lapas Ambarawa kabur saat kerja bakti
Warga binaan Rutan Wonosobo belajar membuat tempe
Ditjenpas siapkan pedoman layanan video call
Sipir dipukul saat melerai keributan
Bapas Surakarta dampingi klien mencari kerja
Anak binaan LPKA Kutoarjo ikut lomba puisi
Menteri Imipas serahkan remisi kepada ratusan narapidana
Pembebasan bersyarat ditunda, keluarga napi mengadu
Rupbasan kembalikan kendaraan barang bukti kepada pemilik
Sabu dalam pasta gigi ketahuan di pintu Lapas Jember
Kerusuhan pecah di rutan, polisi dikerahkan
Overkapasitas rutan jadi perhatian DPR
Kepala rutan dicopot setelah dugaan pungli terungkap
Petugas lapas gagalkan lemparan ganja
Napi kendalikan penipuan daring dari balik jeruji
Amnesti bagi narapidana lansia mulai diproses
Nusakambangan terima 30 napi pindahan dari Jambi
Warga negara Jerman dipindah dari Lapas Kerobokan ke Jakarta
Lapas perempuan gelar pelatihan barista
Simulasi kebakaran digelar di rutan bersama damkar
Narapidana asal Brasil dapat pengurangan masa pidana di Lapas Bali
Tes urine mendadak untuk petugas rutan
Polisi buru napi yang lari dari lapas
Lembaga Pemasyarakatan Muaro terendam banjir
""".strip().splitlines()

IRRELEVANT = """
Persebaya ditahan imbang di kandang sendiri
Tersangka pencuri kambing mendekam di tahanan polsek
KPK menahan dua pejabat di Rutan KPK
Tahanan kabur dari sel Polres saat sahur
Terdakwa divonis lima tahun penjara karena korupsi
Jaksa tuntut pengusaha sepuluh tahun penjara
Penjara di Ekuador rusuh, belasan narapidana tewas
Napi di Texas menunggu eksekusi
Film tentang sipir dan penjara tayang bulan depan
Lagu Penjara Cinta kembali populer
Bekas penjara kolonial jadi museum kota
Jalan Penjara akan diperlebar tahun ini
Tahanan kota bagi terdakwa kasus sengketa lahan
Tiket konser band itu ludes dalam sejam
Imigrasi deportasi turis pemabuk
Harga beras turun di tingkat petani
Polisi tangkap kurir sabu di pelabuhan
Gunung meletus, warga diungsikan
Kabur aja dulu, tren anak muda mencari kerja
Pemain tahan imbang lawan lalu lolos ke final
Serial penjara perempuan rilis musim kedua
Sejarah penjara Kalisosok di kota lama
Dipenjara empat tahun, mantan presiden Korea Selatan bebas
Rudenim pulangkan pencari suaka
Sel surya murah buatan mahasiswa
""".strip().splitlines()


@pytest.mark.parametrize("title", RELEVANT)
def test_corrections_news_is_relevant(labeller: Labeller, title: str) -> None:
    assert labeller.label(title).relevance.relevant


@pytest.mark.parametrize("title", IRRELEVANT)
def test_what_only_sounds_like_it_is_not(labeller: Labeller, title: str) -> None:
    verdict = labeller.label(title)
    assert not verdict.relevance.relevant, [r.words for r in verdict.relevance.why]
    assert verdict.topic == "luar_lingkup"
    assert verdict.severity.value == 0


def test_one_mention_deep_in_an_article_makes_nothing_relevant(labeller: Labeller) -> None:
    text = "Jembatan itu menghubungkan dua desa dan dibangun selama setahun penuh oleh pemerintah daerah. " * 12
    assert not labeller.label(
        "Jembatan gantung diresmikan bupati", text + "Letaknya tak jauh dari lapas."
    ).relevance.relevant


def test_a_body_that_speaks_of_nothing_else_makes_it_relevant(labeller: Labeller) -> None:
    text = "Warga binaan di lapas itu menanam cabai. Hasil panen warga binaan dijual ke pasar oleh pihak lapas."
    assert labeller.label("Cabai dari balik tembok", text).relevance.relevant


def test_the_reason_names_the_words_and_where_they_stand(labeller: Labeller) -> None:
    title = "Kemarin, napi Rutan Wonosobo dipindah"
    reasons = labeller.label(title).relevance.why
    assert reasons
    places = [r.place for r in reasons if r.place is not None]
    assert all(title[p.start : p.end] == p.text for p in places)
    assert any(p.text == "napi" for p in places)


def test_near_the_threshold_a_person_is_asked(labeller: Labeller) -> None:
    verdict = labeller.label("Kisah mantan napi membuka warung kopi")
    assert verdict.needs_review
    assert "relevansi" in verdict.review_reason


def test_the_same_words_in_another_language_are_left_alone(labeller: Labeller) -> None:
    assert not labeller.label("Mere bapas aa gaye dekho kya hua yaar").relevance.relevant


@pytest.mark.parametrize(
    "title",
    [
        "Jalan rusak di depan Lapas Kediri dikeluhkan warga",
        "Kebakaran di permukiman dekat Rutan Cipinang",
        "Macet di jalan raya dekat LP Cipinang",
        "Stasiun Cipinang dipadati penumpang",
    ],
)
def test_a_unit_that_only_tells_the_way_makes_nothing_relevant(labeller: Labeller, title: str) -> None:
    assert not labeller.label(title).relevance.relevant


@pytest.mark.parametrize(
    "title",
    ["Lapas Kelas I Bandar Lampung gelar senam", "Rutan Kelas IIB Sipirok periksa kesehatan warga binaan"],
)
def test_words_inside_a_units_name_mean_nothing_else(labeller: Labeller, title: str) -> None:
    verdict = labeller.label(title)
    assert verdict.severity.value == 0
    assert "narkoba" not in {t.name for t in verdict.topics}


def test_a_minister_who_bears_the_word_in_his_title_is_not_enough(labeller: Labeller) -> None:
    text = (
        "Menteri Koordinator Bidang Hukum, HAM, Imigrasi, dan Pemasyarakatan menyebut gugatan dagang itu akan dilawan. "
        "Sengketa itu menyangkut kontrak satelit dengan sebuah perusahaan asing."
    )
    assert not labeller.label("Sengketa satelit masuk babak baru", text).relevance.relevant


@pytest.mark.parametrize(
    ("title", "body", "relevant"),
    [
        ("Lapas Kediri rusuh, api terlihat", "Warga di sekitar lapas diminta menjauh.", True),
        ("Kericuhan di Lapas Kediri", "Asap terlihat dari dekat lapas.", True),
        ("Ledakan di Rutan Salemba", "Arus lalu lintas di depan rutan ditutup.", True),
        ("Kebakaran rumah dekat Lapas Kediri", "Api membakar satu rumah.", False),
        ("Rumah warga terbakar", "Api membakar rumah di dekat Lapas Kediri.", False),
        ("Macet di Jalan Salemba", "Lalu lintas di depan Rutan Salemba macet.", False),
    ],
)
def test_a_place_beside_the_unit_takes_nothing_from_a_title_that_names_it(
    labeller: Labeller, title: str, body: str, relevant: bool
) -> None:
    assert labeller.label(title, body).relevance.relevant is relevant
