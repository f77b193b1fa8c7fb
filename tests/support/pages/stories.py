"""Fictional articles (CONTOH): headline and paragraphs, and the words that stand around articles on a page."""

# A paragraph is a line.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    headline: str
    paragraphs: tuple[str, ...]
    day: str  # ISO date

    @property
    def gold(self) -> str:
        return "\n".join(self.paragraphs)


STORIES = (
    Story("Lapas Contoh Utara Panen Raya Jagung Bersama Warga Sekitar", (
        "CONTOH UTARA - Lembaga Pemasyarakatan Kelas IIA Contoh Utara memanen 3,2 ton jagung dari lahan seluas dua hektare pada Selasa pagi.",
        "Kepala Lapas mengatakan hasil panen akan dijual ke koperasi pegawai dan sebagian disalurkan untuk dapur umum.",
        "“Lahan ini dulu semak belukar. Sekarang warga binaan menanam, merawat, dan memanen sendiri,” ujarnya di sela kegiatan.",
        "Sebanyak 42 warga binaan mengikuti program tersebut sejak Juni. Mereka mendapat premi yang dicatat dalam buku tabungan.",
        "Dinas Pertanian setempat memberi bibit dan pelatihan pupuk organik selama tiga bulan. Pelatihan berikutnya dijadwalkan pada awal tahun.",
    ), "2026-11-17"),
    Story("Kericuhan di Rutan Contoh Barat Padam Setelah Dua Jam", (
        "Kericuhan terjadi di Rumah Tahanan Negara Kelas IIB Contoh Barat pada Rabu malam sekitar pukul 20.15 waktu setempat.",
        "Menurut keterangan resmi, keributan bermula dari perselisihan antarpenghuni soal giliran menelepon di blok C.",
        "Petugas dibantu kepolisian mengamankan lokasi. Api yang sempat membakar beberapa kasur padam sebelum pukul sepuluh malam.",
        "Tidak ada korban jiwa. Empat orang mendapat perawatan ringan di klinik rutan dan satu dirujuk ke rumah sakit daerah.",
        "Kantor wilayah menurunkan tim untuk memeriksa prosedur penjagaan serta kondisi kamar hunian yang melebihi kapasitas.",
        "Hingga Kamis pagi suasana di sekitar rutan sudah tenang dan jadwal kunjungan keluarga dibuka seperti biasa.",
    ), "2026-11-18"),
    Story("Ditjenpas Buka Layanan Kunjungan Daring untuk Keluarga di Luar Pulau", (
        "Direktorat Jenderal Pemasyarakatan membuka layanan kunjungan daring di 120 unit mulai pekan ini.",
        "Keluarga cukup mendaftar melalui laman resmi, memilih jadwal, lalu menunggu konfirmasi paling lambat satu hari kerja.",
        "Setiap sesi berlangsung lima belas menit dan tidak dipungut biaya apa pun.",
        "Direktur yang membidangi pelayanan menegaskan bahwa kunjungan tatap muka tetap berjalan seperti semula.",
        "Uji coba selama tiga bulan di tujuh provinsi mencatat 8.400 sesi dengan tingkat kehadiran 91 persen.",
    ), "2026-11-19"),
    Story("Pelatihan Barista di Lapas Perempuan Contoh Selatan Diikuti 25 Peserta", (
        "Aroma kopi memenuhi aula Lapas Perempuan Kelas IIB Contoh Selatan, Senin siang. Dua puluh lima peserta belajar menyeduh kopi dari petani lereng.",
        "Pelatihan berlangsung sepuluh hari dan ditutup dengan ujian sertifikasi dari lembaga profesi.",
        "Kepala Subseksi Kegiatan Kerja menuturkan, peserta dipilih dari mereka yang akan bebas dalam waktu enam bulan.",
        "Kedai kecil di halaman depan lapas akan menjadi tempat praktik. Pengunjung bisa membeli kopi dengan harga delapan ribu rupiah.",
        "Dunia usaha setempat menyatakan siap menampung lulusan terbaik setelah mereka bebas.",
        "Program serupa untuk tata boga direncanakan berjalan bulan depan dengan bantuan balai latihan kerja.",
    ), "2026-11-16"),
    Story("Razia Gabungan di Lapas Contoh Timur, Petugas Sita 17 Ponsel", (
        "Petugas gabungan menggeledah tiga blok hunian Lapas Kelas I Contoh Timur pada Jumat dini hari.",
        "Dari 28 kamar yang diperiksa, petugas menemukan 17 telepon genggam, 9 pengisi daya, dan sejumlah benda tajam buatan.",
        "Seluruh barang temuan didata lalu dimusnahkan di hadapan perwakilan kepolisian dan kejaksaan.",
        "Kepala Kesatuan Pengamanan mengatakan penghuni yang kedapatan menyimpan ponsel dipindah ke sel khusus selama enam hari.",
        "Ia mengakui jumlah petugas jaga belum sebanding dengan jumlah penghuni, yakni 14 orang untuk 1.900 penghuni dalam satu regu.",
        "Pemeriksaan acak akan dilakukan setiap pekan sampai akhir tahun, termasuk terhadap petugas yang masuk ke area steril.",
    ), "2026-11-20"),
    Story("Balai Pemasyarakatan Contoh Tengah Dampingi 310 Klien Usaha Mikro", (
        "Balai Pemasyarakatan Kelas II Contoh Tengah mendampingi 310 klien yang membuka usaha mikro sepanjang tahun ini.",
        "Pendampingan meliputi izin usaha, pembukuan sederhana, sampai pemasaran lewat lokapasar.",
        "Pembimbing kemasyarakatan mengunjungi setiap klien sedikitnya dua kali sebulan.",
        "Sebagian besar usaha bergerak di bidang makanan, bengkel sepeda motor, dan jasa cukur rambut.",
        "Angka pengulangan tindak pidana di antara klien yang didampingi turun menjadi 2,1 persen menurut catatan balai.",
    ), "2026-11-15"),
    Story("Lapas Contoh Hilir Kebanjiran, 600 Penghuni Dipindah Sementara", (
        "Hujan deras selama dua hari membuat Lapas Kelas IIB Contoh Hilir tergenang air setinggi satu meter.",
        "Sebanyak 600 penghuni dipindahkan secara bertahap ke empat lapas terdekat dengan pengawalan kepolisian.",
        "Proses pemindahan dimulai pukul 03.00 dan selesai menjelang siang tanpa gangguan keamanan.",
        "Dapur umum didirikan di halaman masjid kompleks. Pasokan air bersih datang dari perusahaan daerah air minum.",
        "Pihak lapas memastikan berkas, senjata, dan obat-obatan sudah diamankan di lantai dua.",
        "Badan penanggulangan bencana memperkirakan air surut dalam tiga hari bila hujan di hulu berhenti.",
        "Keluarga dapat menanyakan lokasi penempatan sementara melalui pos informasi di kantor kecamatan.",
    ), "2026-11-21"),
    Story("Remisi Khusus Natal Diusulkan untuk 15.000 Narapidana", (
        "Sebanyak 15.000 narapidana diusulkan menerima remisi khusus Natal tahun ini, naik tipis dari tahun lalu.",
        "Usulan disusun berdasarkan kelakuan baik dan keikutsertaan dalam program pembinaan.",
        "Dari jumlah itu, 140 orang di antaranya diperkirakan langsung bebas pada hari raya.",
        "Pemberian remisi menghemat anggaran makan sekitar tujuh miliar rupiah.",
        "Direktur Jenderal mengingatkan bahwa seluruh proses dilakukan dalam sistem dan tidak dipungut biaya.",
    ), "2026-11-14"),
    Story("Perpustakaan Lapas Contoh Kota Terima Seribu Buku", (
        "Perpustakaan Lapas Kelas IIA Contoh Kota menerima seribu buku dari gerakan literasi mahasiswa.",
        "Koleksi baru meliputi novel, buku keterampilan, dan bacaan agama.",
        "Setiap pekan rata-rata 230 buku dipinjam. Peminjam terbanyak adalah peserta kejar paket B.",
        "Mahasiswa juga melatih delapan tamping menata buku memakai sistem klasifikasi sederhana.",
        "Bulan depan, kelas menulis surat untuk keluarga akan dibuka setiap Sabtu pagi.",
    ), "2026-11-13"),
    Story("Ombudsman Minta Layanan Kesehatan di Rutan Contoh Pusat Dibenahi", (
        "Ombudsman meminta pengelola Rutan Contoh Pusat membenahi layanan kesehatan setelah menemukan kekurangan tenaga medis.",
        "Tim menemukan hanya ada satu dokter umum dan dua perawat untuk lebih dari tiga ribu tahanan.",
        "Kepala rutan membenarkan temuan itu dan menyatakan sudah mengajukan penambahan tenaga kepada kantor wilayah.",
        "Sementara menunggu, kerja sama dengan puskesmas diperluas menjadi tiga kali kunjungan dalam seminggu.",
        "Ombudsman memberi waktu tiga puluh hari bagi pengelola untuk menyampaikan rencana perbaikan tertulis.",
        "Hasil pemantauan akan diumumkan kepada publik pada akhir tahun.",
    ), "2026-11-12"),
)  # fmt: skip

HEADLINES = (
    "Harga Cabai di Pasar Contoh Naik Dua Kali Lipat", "Timnas Contoh Menang Tipis atas Tamu",
    "Jalan Layang Contoh Ditutup Akhir Pekan Ini", "Resep Sambal Matah ala Dapur Contoh",
    "Prakiraan Cuaca Contoh Raya Hari Ini", "Gempa Kecil Guncang Pesisir Contoh",
    "Konser Amal Contoh Kumpulkan Dana Rp 2 Miliar", "Bupati Contoh Resmikan Pasar Ikan Modern",
    "Cara Mengurus Kartu Keluarga secara Daring", "Film Horor Contoh Tembus Sejuta Penonton",
    "Nelayan Contoh Selatan Diminta Waspada Gelombang", "Tiga Jurusan Kuliah yang Paling Dicari",
)  # fmt: skip
TEASERS = (
    "Kenaikan dipicu pasokan yang berkurang sejak awal bulan menurut para pedagang di pasar induk.",
    "Gol tunggal tercipta pada menit akhir lewat tendangan bebas dari luar kotak penalti.",
    "Pengendara diimbau memakai jalur alternatif yang sudah disiapkan oleh dinas perhubungan.",
    "Pusat gempa berada di laut dan tidak berpotensi menimbulkan tsunami kata petugas.",
)
COMMENTS = (
    "Semoga programnya lanjut terus ya, bagus buat bekal mereka nanti setelah pulang.",
    "Kok baru sekarang sih, dari dulu ke mana saja? Anggarannya dipakai apa.",
    "Min tolong beritanya dilengkapi datanya dong, jangan sepotong begini.",
)
