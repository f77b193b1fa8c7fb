"""Words that say little about which event a text tells of: everyday ones (nothing) and those of this domain."""

_TEXT_STOPWORDS = """
    ada adalah adapun agar akan akibat aku alami amat anda antara apa apabila apakah atas atau bagai bagaimana
    bagi bahkan bahwa baik bakal banyak baru bawah beberapa begini begitu belum benar berada berapa berbagai
    beri berikut bersama betul biasa bila bisa boleh buat bukan bulan buntut cara cek cuma dahulu dalam dalih
    dan dapat dari datang demi demikian dengan depan di dia diduga dilakukan diri disebut ditemukan dong dua
    dulu gara gegara gelar guna hal hanya hari harus hendak hingga ia ialah ini ingin isi itu jadi jam jangan
    jelang jelas jika juga jumat kabar kala kali kalau kamis kami kamu kapan kata karena ke kembali kemudian
    kenapa kepada ketika kini kita kok kondisi lagi lain lalu lama langsung lanjut lebih lewat lima maka malah
    mana masih masing mau melalui melakukan memang memiliki mengaku mengapa menit menjadi menurut mereka
    merupakan meski minggu minta misal momen mulai mungkin nah namun nya oleh orang pada para pasca pasti per
    pernah pria pukul pun punya rabu saat saja saling sama sambil sampai sana sangat saya sebab sebagai sebanyak
    sebelum sebuah sebut sebutkan secara sedang segera sejak sejumlah sekitar selama selasa selain seluruh semua
    sementara senin seorang seperti sering serta sesudah setelah setiap siapa sih simak sini soal sosok sudah
    sungguh supaya tadi tahu tahun tak tanggal tanpa tapi tegaskan telah tempat tengah tentang tentu terhadap
    terjadi terkait terkini terlalu terlihat ternyata tersebut terungkap tetap tetapi the tiap tiba tidak tiga
    tinggi tulis turut uang ucap ujar ungkap untuk usai video viral wanita warga wib wita wit yaitu yakni yang
    ratusan puluhan belasan ribuan juta miliar rp foto berita detik detikcom kompas com co id liputan6 okezone
    tempo republika tribun
"""
STOPWORDS = frozenset(_TEXT_STOPWORDS.split())

_TEXT_DOMAIN_WORDS = """
    lapas rutan lpka bapas rupbasan lembaga pemasyarakatan pasyarakat masyarakat rumah tahan tahanan narapidana
    napi warga binaan bina wbp petugas tugas sipir kalapas karutan kepala pegawai gawai kelas kls ditjenpas
    ditjen dirjen kemenimipas imipas menteri kementerian imigrasi penjara sel blok kamar huni penghuni hunian
    kanwil kemenkumham jajaran polisi polres polda polsek hukum kasus pidana terpidana kabur lari melarikan
    pelarian buron tangkap ditangkap kejar buru sabu narkoba narkotika ganja hp handphone ponsel razia geledah
    selundup selundupkan penyelundupan gagal gagalkan remisi bebas bersyarat amnesti asimilasi pindah dipindah
    aniaya tewas meninggal mati bunuh keroyok rusuh ricuh bakar kebakaran pungli oknum bantah kunjung kunjungan
    keluarga latih pelatihan pembinaan kegiatan upacara apel layan layanan pelayanan sehat kesehatan negara
    republik indonesia ri jakarta daerah kota kabupaten provinsi amankan diamankan pengamanan tingkat tingkatkan
    wujudkan komitmen program bantu bantuan beri gelar ikut hadir kini korban pelaku duga dugaan periksa usut
    selidik
"""
DOMAIN_WORDS = frozenset(_TEXT_DOMAIN_WORDS.split())
