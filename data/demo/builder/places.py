"""Twenty-five real countries, and the invented cities, universities, companies and institutes in them."""

from __future__ import annotations

import random

from data.demo.builder.model import Country, Kind, Organisation
from data.demo.builder.names import slug

COUNTRIES: tuple[Country, ...] = (
    Country("US", "United States", 40.0, -95.0, 7.0, 14, ("plain", "east", "lotus", "south")),
    Country("DE", "Germany", 51.3, 10.4, 2.2, 9, ("german", "german", "slavic", "desert")),
    Country("GB", "United Kingdom", 52.5, -1.5, 1.2, 6, ("plain", "plain", "lotus")),
    Country("CN", "China", 31.5, 112.0, 5.0, 7, ("east",)),
    Country("FR", "France", 46.6, 2.4, 2.0, 4, ("french", "french", "desert")),
    Country("CA", "Canada", 50.5, -105.0, 6.0, 4, ("plain", "french", "east")),
    Country("CH", "Switzerland", 46.9, 8.2, 0.5, 3, ("german", "french", "south")),
    Country("NL", "Netherlands", 52.2, 5.6, 0.6, 3, ("low", "low", "north")),
    Country("JP", "Japan", 36.0, 138.0, 0.9, 4, ("island",)),
    Country("KR", "South Korea", 36.4, 127.9, 0.8, 4, ("peninsula",)),
    Country("IN", "India", 20.5, 78.5, 4.5, 4, ("lotus",)),
    Country("IT", "Italy", 44.2, 11.2, 0.9, 3, ("south",)),
    Country("ES", "Spain", 40.2, -3.6, 1.8, 2, ("south",)),
    Country("SE", "Sweden", 60.0, 15.0, 1.4, 2, ("north",)),
    Country("DK", "Denmark", 56.1, 9.4, 0.6, 2, ("north",)),
    Country("NO", "Norway", 61.0, 9.5, 1.0, 2, ("north",)),
    Country("AT", "Austria", 47.5, 14.2, 0.7, 2, ("german", "slavic")),
    Country("PL", "Poland", 52.1, 19.4, 1.6, 2, ("slavic",)),
    Country("CZ", "Czechia", 49.8, 15.4, 0.7, 2, ("slavic",)),
    Country("PT", "Portugal", 39.8, -8.0, 0.8, 1, ("south",)),
    Country("IL", "Israel", 31.9, 34.95, 0.2, 2, ("desert", "plain")),
    Country("SG", "Singapore", 1.35, 103.82, 0.04, 2, ("east", "lotus")),
    Country("AU", "Australia", -33.5, 148.0, 2.2, 3, ("plain", "east")),
    Country("BR", "Brazil", -19.5, -45.0, 3.5, 2, ("south",)),
    Country("ZA", "South Africa", -28.8, 25.5, 2.0, 1, ("savanna", "low", "plain")),
)
BY_CODE = {c.code: c for c in COUNTRIES}
_COMPANY_CODES = "US US US US US US CN CN DE DE GB GB FR CA CH JP KR IL NL SE"
_INSTITUTE_CODES = "DE DE DE FR US US IT JP CH SG"

_STARTS = (
    "Val Mor Tel Bris Kar Lun Ost Quor Rhen Sol Tam Ver Wyn Zel Dra Fen Gal Hest Ild Jor"
    " Kess Lav Mir Nal Orl Pel Ruv Sev Thal Ulm"
)
_MIDDLES = "a e i o u an en or is ume"
_ENDS = {
    "german": "burg feld furt hausen stadt dorf",
    "north": "vik borg fjord sund köping",
    "low": "dam dijk veen lo recht",
    "french": "ville ney sur-Lisse mont court",
    "south": "dorra zuela nova tella mira",
    "slavic": "grod nice vice slav owo",
    "east": "zhen yang dao shui",
    "peninsula": "san gu dong ju",
    "island": "shima moto zaki hama",
    "lotus": "pur nagar bad kota",
    "savanna": "fontein dale kloof tembe",
    "desert": "hara mat eilim dan",
    "plain": "ton bury ford mouth haven",
}
_UNIVERSITIES = {
    "german": ("Universität {}", "Technische Universität {}", "Hochschule {}"),
    "french": ("Université de {}", "École Nouvelle de {}", "Institut Polytechnique de {}"),
    "south": ("Universidade de {}", "Università di {}", "Universidad de {}"),
    "low": ("Universiteit {}", "Technische Universiteit {}"),
}
_PLAIN_UNIVERSITIES = ("University of {}", "{} University", "{} Institute of Technology", "{} State University")
_INSTITUTES = (
    "{} Institute for Learning Systems",
    "{} Centre for Computational Science",
    "{} Laboratory of Robotics",
    "{} Institute of Data and Society",
)
_COMPANIES = (
    "Brightloom Labs",
    "Quillmark AI",
    "Nordhollow Research",
    "Tessaline Systems",
    "Vermeluna Robotics",
    "Oakenbyte",
    "Kitefall Technologies",
    "Sundrift Intelligence",
    "Halvorine Bio",
    "Peregrout Labs",
    "Mistwharf Computing",
    "Zephyrkorn",
    "Lanternfjord AI",
    "Cindervale Research",
    "Plumecraft Robotics",
    "Ostravine Quantum",
    "Marrowfen Health",
    "Glasswren",
    "Thistledown Systems",
    "Umbrelune Labs",
)


def _city(rng: random.Random, style: str, taken: set[str]) -> str:
    while True:
        name = rng.choice(_STARTS.split()) + rng.choice(_MIDDLES.split()) + rng.choice(_ENDS[style].split())
        if name not in taken:
            taken.add(name)
            return name


def _university(rng: random.Random, style: str, city: str, country: str) -> str:
    shapes = _UNIVERSITIES.get(style, _PLAIN_UNIVERSITIES)
    if style == "south":
        shapes = {"IT": shapes[1:2], "ES": shapes[2:], "US": _PLAIN_UNIVERSITIES}.get(country, shapes[:1])
    return rng.choice(shapes).format(city)


def _acronym(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _place(rng: random.Random, country: Country) -> tuple[float, float]:
    def around(centre: float) -> float:
        return round(centre + rng.uniform(-1, 1) * country.spread, 4)

    return around(country.latitude), around(country.longitude)


def _university_codes(universities: int) -> list[str]:
    """Every country at least once, the rest by weight."""
    total = sum(c.weight for c in COUNTRIES)
    codes = [c.code for c in COUNTRIES for _ in range(max(1, round(c.weight * universities / total)))]
    ordered = sorted(range(len(codes)), key=lambda i: (codes[:i].count(codes[i]), i))
    return [codes[i] for i in ordered][:universities] + ["US"] * max(0, universities - len(codes))


def make_organisations(rng: random.Random, universities: int, companies: int, institutes: int) -> list[Organisation]:
    """The institutions, universities first."""
    plan: list[tuple[Kind, str]] = [("education", code) for code in _university_codes(universities)]
    plan += [("company", code) for code in _COMPANY_CODES.split()[:companies]]
    plan += [("facility", code) for code in _INSTITUTE_CODES.split()[:institutes]]
    cities: set[str] = set()
    made: list[Organisation] = []
    for number, (kind, code) in enumerate(plan):
        country = BY_CODE[code]
        style = country.styles[0]
        city = _city(rng, style, cities)
        if kind == "company":
            name = _COMPANIES[number - universities]
        elif kind == "facility":
            name = rng.choice(_INSTITUTES).format(city)
        else:
            name = _university(rng, style, city, code)
        latitude, longitude = _place(rng, country)
        made.append(Organisation(number, name, slug(name), kind, country, city, latitude, longitude, _acronym(name)))
    return made
