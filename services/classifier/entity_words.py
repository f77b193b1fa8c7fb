"""Words for people by role, offices and bodies: what the texts call them → the role or the name we show."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Heads take their unit, body or region with them ("Kalapas Kediri", "Kapolda Riau") and may be followed by a name.
_TEXT_HEADS = """
    kalapas: kalapas, kepala lapas, kepala lembaga pemasyarakatan, kepala lp, plt kalapas
    karutan: karutan, kepala rutan, kepala rumah tahanan negara, kepala rumah tahanan, plt karutan, ka rutan
    kabapas: kabapas, kepala bapas, kepala balai pemasyarakatan
    kepala lpka: kepala lpka, kalpka, kepala lembaga pembinaan khusus anak
    kakanwil: kakanwil, kepala kanwil, kepala kantor wilayah
    kapolda: kapolda, wakapolda
    kapolres: kapolres, kapolresta, kapolrestabes, kapolres metro, wakapolres
    kapolsek: kapolsek
    kajari: kajari, kepala kejari, kepala kejaksaan negeri
    kajati: kajati, kepala kejati
    bupati: bupati, wakil bupati, wabup, pj bupati
    wali kota: wali kota, walikota, wakil wali kota, wawali
    aparat setempat: camat, lurah, kepala desa, ketua rt, ketua rw
    gubernur: gubernur, wakil gubernur, wagub, pj gubernur
"""
# Offices that need no place: their holder's name may follow at once.
_TEXT_OFFICES = """
    dirjen pas: dirjen pas, dirjenpas, dirjen pemasyarakatan, direktur jenderal pemasyarakatan, plt dirjen pas
    menteri imipas: menteri imipas, menteri imigrasi dan pemasyarakatan, menimipas
    wakil menteri imipas: wakil menteri imipas, wamen imipas, wamenimipas, wakil menteri imigrasi dan pemasyarakatan
    menteri: menkumham, menteri hukum dan ham, menko kumham imipas, menteri ham, menteri hukum, mendagri, menkes
    menteri: menko polkam, menko
    menteri: wamen ham, wakil menteri ham, wamen hukum, wakil menteri hukum, wamenham, wamenkum, wamen
    presiden: presiden, wakil presiden, wapres
    kapolri: kapolri
    jaksa: jaksa agung, jaksa penuntut umum, jpu, jaksa
    hakim: majelis hakim, hakim
    kadivpas: kadivpas, kepala divisi pemasyarakatan
    kepala pengamanan: kepala pengamanan, ka kplp, ka . kplp, kepala kplp, kplp, kepala kesatuan pengamanan, ka kpr
    kepala pengamanan: ka . kpr, kepala keamanan
    pejabat unit: kasi binadik, kasi kamtib, kasubsi, kasi, kabid pembinaan, kasubbag tu, kepala seksi
    pejabat unit: kepala subseksi
    kasat narkoba: kasat narkoba, kasat resnarkoba, kasatresnarkoba, kasatnarkoba, dirresnarkoba
    kasat narkoba: direktur reserse narkoba, dirnarkoba, kasatres narkoba, kabid berantas
    kasat reskrim: direktur reserse kriminal umum, kanit reskrim
    kasat reskrim: kasat reskrim, kasatreskrim, dirreskrimum
    humas: kabag humas, kepala bagian humas, kasubbag humas
    humas: kabid humas, kasi humas, kepala humas, humas, juru bicara, jubir
    tni: danrem, dandim, pangdam, danramil
    kuasa hukum: kuasa hukum, kuasa hukumnya, pengacara, penasihat hukum, advokat
    pengamat: pengamat, kriminolog, akademisi, pakar, guru besar
    dokter: dokter, psikolog, tenaga medis
"""
_TEXT_ROLES = """
    mantan narapidana: eks napi, mantan napi, eks narapidana, mantan narapidana, eks napiter, bekas napi
    mantan narapidana: mantan napiter
    residivis: residivis
    narapidana: penghuni lapas, penghuni rutan, penghuni, penghuni blok
    narapidana: narapidana, napi, wbp, warga binaan, warga binaan pemasyarakatan, napiter, terpidana, napi korupsi
    tahanan: tahanan
    anak binaan: anak binaan, andikpas, anak didik pemasyarakatan
    klien: klien bapas, klien pemasyarakatan, klien
    keluarga: keluarga napi, keluarga tahanan, keluarga, istri napi, suami napi, istri tahanan
    keluarga: orang tua, orangtua
    pengunjung: pengunjung, pembesuk
    petugas: penjaga rutan, penjaga, anggota regu jaga, komandan jaga
    petugas: oknum petugas, petugas, sipir, oknum sipir, pegawai lapas, pegawai rutan
    petugas: pegawai, regu pengamanan, penjaga lapas, pk bapas, pembimbing kemasyarakatan, oknum pegawai
    tersangka: tersangka, terduga pelaku
    wartawan: wartawan, jurnalis
"""
# What the privacy gate put in a name's place.
TOKEN_ROLES: Final = MappingProxyType(
    {"[WBP]": "narapidana", "[TAHANAN]": "tahanan", "[KELUARGA]": "keluarga", "[ANAK]": "anak", "[WARGA]": "warga"}
)
# Bodies; with * their region behind belongs to the name ("Polres Jombang").
_TEXT_BODIES = """
    Ditjen PAS: ditjen pas, ditjenpas, direktorat jenderal pemasyarakatan, ditjen pemasyarakatan
    Kemenimipas: kemenimipas, kementerian imigrasi dan pemasyarakatan, kementerian imipas
    Kemenimipas: kementerian pemasyarakatan, inspektorat jenderal kemenimipas
    Kemenkumham: kemenkumham, kementerian hukum dan ham
    Kementerian HAM: kementerian ham, kemenham
    Kementerian Hukum: kementerian hukum, kemenkum
    Kanwil*: kanwil ditjenpas, kanwil ditjen pas, kanwil kemenkumham, kantor wilayah ditjenpas
    Kanwil*: kanwil pemasyarakatan, kantor wilayah direktorat jenderal pemasyarakatan
    BNN*: bnn, bnnp, bnnk, bnn kota, bnn kabupaten, badan narkotika nasional
    Polri: polri, mabes polri, polisi, kepolisian
    Bareskrim: bareskrim, bareskrim polri
    Polda*: polda, polda metro jaya, polres metro, polres, polresta, polrestabes, polsek, polres metro jakarta barat
    Brimob: brimob, sat brimob
    Densus 88: densus 88, densus
    Kejaksaan Agung: kejaksaan agung, kejagung
    Kejaksaan*: kejati, kejari, kejaksaan negeri, kejaksaan tinggi, kejaksaan
    KPK: kpk, komisi pemberantasan korupsi
    Komnas HAM: komnas ham
    Komnas Perempuan: komnas perempuan
    Ombudsman*: ombudsman, ombudsman ri
    LPSK: lpsk
    KPAI: kpai
    Imigrasi*: ditjen imigrasi, kantor imigrasi, rudenim, imigrasi
    TNI: tni, tni ad, tni al, tni au
    Kodim*: kodim, korem, koramil, kodam, lanal, lanud
    Komisi XIII DPR: komisi xiii dpr, komisi xiii dpr ri, komisi xiii
    Komisi III DPR: komisi iii dpr, komisi iii dpr ri, komisi iii
    DPR: dpr, dpr ri
    DPRD*: dprd
    Mahkamah Agung: mahkamah agung
    Mahkamah Konstitusi: mahkamah konstitusi
    Pengadilan*: pengadilan negeri, pengadilan tinggi, pengadilan tipikor, pn
    BNPB: bnpb
    BPBD*: bpbd
    Basarnas*: basarnas, kantor sar
    Damkar*: damkar, dinas pemadam kebakaran
    BMKG: bmkg
    BNPT: bnpt
    PPATK: ppatk
    Dewan Pers: dewan pers
    PWI: pwi
    PBHI: pbhi
    Imparsial: imparsial
    Amnesty International: amnesty international, amnesty international indonesia
    Komnas Anak: komnas anak, komnas perlindungan anak
    MK: mk
    Bea Cukai*: bea cukai, bea dan cukai
    Mapolda*: mapolda, mapolres, mapolresta, mapolrestabes, mapolsek
    Propam*: propam, paminal
    Satpol PP*: satpol pp
    Kemendagri: kemendagri
    Kemenkeu: kemenkeu, kementerian keuangan
    Kemenko Kumham Imipas: kemenko kumham imipas
    Kemenko Polkam: kemenko polkam
    Kemenpan RB: kemenpan rb, kemenpanrb
    BPK: bpk
    BPKP*: bpkp
    BPOM*: bpom
    BKN: bkn
    KPU*: kpu
    Bawaslu*: bawaslu
    PLN*: pln
    PDAM*: pdam
    BLK*: blk
    Universitas*: universitas, institut
    Pemerintah: pemerintah pusat
    Dinas*: dinas kesehatan, dinkes, dinas sosial, dinsos, dinas pertanian, dinas tenaga kerja, disnaker
    Dinas*: disdukcapil, dinas pendidikan
    RS*: rsud, rs bhayangkara, rsup, rumah sakit bhayangkara
    Pemkab*: pemkab, pemkot, pemprov, pemerintah kabupaten, pemerintah kota, pemerintah provinsi
    Kemenag*: kemenag, kementerian agama, kantor kementerian agama
    Kemenkes: kemenkes, kementerian kesehatan
    Kemensos: kemensos, kementerian sosial
    PMI*: pmi, palang merah indonesia
    Baznas*: baznas
    MUI*: mui
    LBH*: lbh, lembaga bantuan hukum
    YLBHI: ylbhi
    ICJR: icjr
    KontraS: kontras
    ICW: icw, indonesia corruption watch
    Interpol: interpol
    Pihak lapas: pihak lapas, manajemen lapas
    Pihak rutan: pihak rutan, manajemen rutan
    Inkopasindo: inkopasindo
"""


def _terms(text: str) -> Mapping[str, str]:
    """Term → the role or body it means."""
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        meant, _, terms = line.strip().partition(": ")
        found |= {term: meant for term in terms.split(", ")}
    return MappingProxyType(found)


HEADS: Final = _terms(_TEXT_HEADS)
OFFICES: Final = _terms(_TEXT_OFFICES)
ROLES: Final = _terms(_TEXT_ROLES)
BODIES: Final = _terms(_TEXT_BODIES)
# With a body right behind they are its head or member; alone they say nothing.
LEADERS: Final = ("kepala", "ketua", "wakil ketua", "wakil kepala", "anggota", "komisioner", "direktur", "sekjen")
_TEXT_RANKS = """
    akbp akp kombes pol irjen brigjen komjen kompol iptu ipda aiptu aipda bripka dr drs dra h hj prof ir letkol kolonel
    mayor kapten letjen mayjen jenderal inf
"""
RANKS: Final = frozenset(_TEXT_RANKS.split())
_TEXT_NO_NAME = """
    senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus september oktober
    november desember kelas klas kls pada saat dan di ke dari yang untuk republik indonesia ri utama madya muda
"""
NO_NAME: Final = frozenset(_TEXT_NO_NAME.split())
# Regions whose name is an everyday word, or part of other names: only where the text shows that a place is meant.
_TEXT_EVERYDAY_REGIONS = """
    serang buru malang batu batang medan palu landak metro pati padang lebak bone banjar alor ende solok muna siak
    toba karo belu sigi agam bima berau paser kapuas lingga demak tegal nias bangka maros wajo raja banggai kendal
    tual bungo tebo kaur seluma kota tapin asmat sikka nagan ngada deiyai
    blora kudus
"""
EVERYDAY_REGIONS: Final = frozenset(_TEXT_EVERYDAY_REGIONS.split())
_TEXT_LOCATORS = """
    di dari ke kota kabupaten kab asal se wilayah kepulauan pulau provinsi
"""
LOCATORS: Final = frozenset(_TEXT_LOCATORS.split())
