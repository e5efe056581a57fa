"""Invented names of people: syllables in several styles, so that sorting, folding and printing have work to do."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from data.demo.builder.model import Name


@dataclass(frozen=True)
class Style:
    """Syllables of one fictional naming tradition; ``between`` particles go before the family name."""

    given: tuple[str, str, str]
    family: tuple[str, str, str]
    between: str = ""
    hyphen: float = 0.0
    double: float = 0.0

    def draw(self, rng: random.Random) -> Name:
        """A new name."""
        given = _word(rng, self.given)
        if rng.random() < self.hyphen:
            given = f"{given}-{_word(rng, self.given)}"
        family = _word(rng, self.family)
        if rng.random() < self.double:
            family = f"{family}{rng.choice('- ')}{_word(rng, self.family)}"
        particles = self.between.split(",")
        if self.between and rng.random() < 0.5:
            family = f"{rng.choice(particles)} {family}"
        return Name(given, family)


STYLES: dict[str, Style] = {
    "plain": Style(
        (
            "Al Bren Cor Dal El Fen Har Jor Kel Lor Mer Nol Os Per Quin Ros Sel Tam Val Wen",
            "a e i o an en",
            "da la n ra s th vin ric mond lyn",
        ),
        (
            "Ash Brack Cald Dunn Ever Fal Gar Hol Ink Kest Lang Marl Nor Oak Pell Rav Stan Thorn Und Wex",
            "en er ing wick le mer",
            "by combe dale ford gate ham ley more stead worth",
        ),
    ),
    "north": Style(
        ("As Bjar Eir Frid Gun Hal Ing Jor Kett Liv Mag Oy Sig Tor Ulv Vig", "a e i ne ve", "ld n r rid na dis mund"),
        (
            "Ask Brå Dal Eik Fjør Grøn Høg Isk Kvar Lønn Myr Nør Sjø Tång Våg Ød",
            "e a er en",
            "bekk dahl fors gren holt lund mark sten vik ås",
        ),
    ),
    "german": Style(
        (
            "Ade An Bert Diet Elf Fried Gis Heil Irm Kun Lie Mart Ot Rein Sieg Ul Wal",
            "a e i he o",
            "gard lind mar ne rich run tild win",
        ),
        (
            "Alb Brü Dörn Eber Fähr Göss Hörn Klüt Lauen Möhr Nieß Ober Quell Rüd Schöl Tann Wöll Zür",
            "en er in e el",
            "bach berger dorff feld heimer kamp mann reuther stedt wald",
        ),
    ),
    "low": Style(
        (
            "Aar Bas Cor Der Els Fem Gij Jor Kla Lie Maar Nel Pie Roe Sas Tij Wil",
            "e i o a",
            "ke bert nie lijn rten s t",
        ),
        (
            "Aver Bross Cruy Driel Eem Gorr Haver Kloet Loos Meur Nijp Oost Ruyv Schel Twel Veld Wier",
            "e en in",
            "beke camp daal hout huys laar meer stra veen zicht",
        ),
        between="van der,de,van,ter",
    ),
    "south": Style(
        (
            "Al Be Ca Da El Fa Gio Ile Lu Ma No Or Pa Re Sal Te Va",
            "li mi ri na do re ce",
            "na no ra ro sa lio ndra tta",
        ),
        (
            "Alm Bel Cast Dor Est Farn Gal Hor Lom Mont Nav Orv Pal Quir Rov Salt Torr Ver",
            "a e i o ar",
            "cchi dez lotti marón nelli quera rín sana vate zuelo",
        ),
        double=0.22,
    ),
    "french": Style(
        (
            "Ad Ber Cl Del Em Fl Gaë Hon Ir Jos Lé Mar No Od Ro Sté Thé Vi",
            "é i o e au",
            "line lle rand ric nne ste tte vain",
        ),
        (
            "Aub Beau Cha Dur Esp Four Gav Haut Jarr Lav Mér Nav Our Per Rous Sén Tour Vill",
            "a e i o ou",
            "cel court drier geay lac nard roux tignon vel ville",
        ),
        between="d',de,du",
        hyphen=0.18,
    ),
    "slavic": Style(
        (
            "An Bo Da Du Go Ja Ka Le Mi Na Ra Sta Ta Ve Vla Zo Že",
            "di ri mi sla va ne lo",
            "mir na ra slav ka sha dan ta",
        ),
        (
            "Bel Černo Dre Gor Hlu Jar Kost Luk Mrá Nov Obr Pet Rud Svě Tich Vrá Zol Žel",
            "a e i o",
            "vanić čenko chov dský jević kowicz linov mirek ravin šek",
        ),
    ),
    "east": Style(
        (
            "Bao Chi Da Fei Gui Hai Jia Kun Lan Mei Nuo Qiu Rui Shu Tao Wei Xiu Yue Zhe",
            " ",
            "an en hua lin ming ning ping rui shan wen yi",
        ),
        (
            "Baoq Chur Dzeng Fiu Guv Huel Jiom Kuor Loum Miav Nuang Piur Qeng Ruom Shiav Tsuo Xern Yuor Zhiel",
            " ",
            " a e an u",
        ),
    ),
    "peninsula": Style(
        ("Bin Cha Do Eun Ga Ha Ji Kwan Min Na Ra Seo Sul Tae Won Ye", " -", "bin gyu hae jun kyo mi na ran seok woon"),
        ("Baeng Chwol Dorm Gweol Hyeol Jaeng Kyorn Myeol Nweon Pyol Ryun Sweol Tyong Wheol Yeorn", " ", " "),
    ),
    "island": Style(
        ("Aki Chi Fumi Haru Isa Kana Mako Nao Riku Sato Taka Yori", " ", "e ka ki ko mi ne ro suke to yo"),
        (
            "Asa Furu Hoshi Isho Kaze Kuma Mina Nuku Oku Sawa Tori Umi Yuki Zenu",
            "ha ga ka mo no",
            "mura hara saki shiro tera zaka be do",
        ),
    ),
    "lotus": Style(
        (
            "Ara Bala Chan Deva Esha Gaya Hari Indu Kavi Lali Mani Niru Pra Ravi Suma Tara Vani",
            "na va ya si tri",
            "ndra shi tha li van ra mati",
        ),
        (
            "Achar Bhat Chid Dhar Elang Goku Hari Jaya Kotha Mala Naray Param Raghu Sampa Tiru Venk",
            "a i u",
            "bandu devar galli jothi mangal nathan pudi rajan swalya vari",
        ),
    ),
    "savanna": Style(
        (
            "Abe Ade Chi Ebe Fola Ife Ka Ku Ngo Nya Olu Se Te Tu Wa Yo",
            "bi di ke la mo ni zi",
            "ra di sa ka la mu no we",
        ),
        (
            "Ade Boka Chuku Diam Eze Gata Kip Lume Mba Nko Okun Rwa Sito Tem Umo Wan",
            "la me ni so wu",
            "biri dele jimu kosi lare nga rono tola we zile",
        ),
    ),
    "desert": Style(
        ("Am Bas Dal Far Ham Is Jal Kar Lay Maz Nad Ra Sam Tar Yas Zay", "a i ee ou", "n r d la mina ra sha h"),
        (
            "Attar Bouz Dahr Farh Ghaz Harz Jabr Kasb Mansr Nahr Qadh Rahb Sabb Tarz Zahr",
            "a ee i ou",
            "bi fi ki lani mari ni qi rouf wi",
        ),
        between="al-,Ben,El",
    ),
}


def _word(rng: random.Random, syllables: tuple[str, str, str]) -> str:
    drawn = [rng.choice(part.split(" ")) for part in syllables]
    return "".join(drawn).strip()


def draw_name(rng: random.Random, style: str, taken: set[str]) -> Name:
    """A name nobody in this world has yet."""
    for _ in range(200):
        name = STYLES[style].draw(rng)
        name.family = name.family.replace("d' ", "d'" if name.family[3:4] in "AEIOUH" else "de ").replace("al- ", "al-")
        name.given = name.given.replace("ëé", "ë")
        if name.full.lower() not in taken and len(name.family) > 2:
            taken.add(name.full.lower())
            return name
    raise RuntimeError(f"the style {style} has run out of names")


def plain(text: str) -> str:
    """Without diacritics, as careless typesetting prints it."""
    text = text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens."""
    words = "".join(c if c.isalnum() else " " for c in plain(text).lower()).split()
    return "-".join(words)


def initials(name: Name) -> str:
    """``Min-ruo Hyeol`` as ``M.-R. Hyeol``."""
    parts = [f"{p[0].upper()}." for p in name.given.split("-")]
    return f"{'-'.join(parts)} {name.family}"


def printed(rng: random.Random, name: Name) -> str:
    """The name as one work prints it: mostly in full, sometimes with initials, without accents or family name first."""
    dice = rng.random()
    if dice < 0.06:
        return initials(name)
    if dice < 0.08:
        return f"{name.family}, {name.given}"
    return plain(name.full) if dice < 0.2 else name.full
