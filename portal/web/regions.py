"""The twenty regions of Kazakhstan as a tile grid: a schematic map of our own, so no licence and no border dispute.

Keys are the first two digits of the KATO code, which since 2022 equal the number of ISO 3166-2:KZ. Column and row follow
the real neighbourhood; the gap in the west is the Aral Sea. Names are data in three languages, not messages.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

COLUMNS = 6
ROWS = 5


@dataclass(frozen=True)
class Tile:
    """`names` and `shorts` are (kk, ru, en); the short one fits a tile."""

    code: str
    column: int
    row: int
    names: tuple[str, str, str]
    shorts: tuple[str, str, str]
    is_city: bool = False

    @property
    def name(self) -> str:
        return self.names[_position()]

    @property
    def short(self) -> str:
        return self.shorts[_position()]

    @property
    def mark(self) -> str:
        """Three letters, for tiles on a phone."""
        return MARKS[self.code][_position()]


def _position() -> int:
    language = (get_language() or "kk").split("-")[0]
    return {"kk": 0, "ru": 1, "en": 2}.get(language, 0)


def _oblast(code: str, column: int, row: int, kk: str, ru: str, en: str, shorts: tuple[str, str, str]) -> Tile:
    return Tile(code, column, row, (f"{kk} облысы", f"{ru} область", f"{en} Region"), shorts)


def _city(code: str, column: int, row: int, kk: str, ru: str, en: str) -> Tile:
    return Tile(code, column, row, (f"{kk} қаласы", f"город {ru}", f"{en} city"), (kk, ru, en), is_city=True)


TILES = (
    _oblast("59", 3, 0, "Солтүстік Қазақстан", "Северо-Казахстанская", "North Kazakhstan", ("СҚО", "СКО", "North")),
    _oblast("27", 0, 1, "Батыс Қазақстан", "Западно-Казахстанская", "West Kazakhstan", ("БҚО", "ЗКО", "West")),
    _oblast("15", 1, 1, "Ақтөбе", "Актюбинская", "Aktobe", ("Ақтөбе", "Актобе", "Aktobe")),
    _oblast("39", 2, 1, "Қостанай", "Костанайская", "Kostanay", ("Қостанай", "Костанай", "Kostanay")),
    _oblast("11", 3, 1, "Ақмола", "Акмолинская", "Akmola", ("Ақмола", "Акмола", "Akmola")),
    _city("71", 4, 1, "Астана", "Астана", "Astana"),
    _oblast("55", 5, 1, "Павлодар", "Павлодарская", "Pavlodar", ("Павлодар", "Павлодар", "Pavlodar")),
    _oblast("23", 0, 2, "Атырау", "Атырауская", "Atyrau", ("Атырау", "Атырау", "Atyrau")),
    _oblast("62", 2, 2, "Ұлытау", "Улытауская", "Ulytau", ("Ұлытау", "Улытау", "Ulytau")),
    _oblast("35", 3, 2, "Қарағанды", "Карагандинская", "Karaganda", ("Қарағанды", "Караганда", "Karaganda")),
    Tile("10", 4, 2, ("Абай облысы", "область Абай", "Abai Region"), ("Абай", "Абай", "Abai")),
    _oblast("63", 5, 2, "Шығыс Қазақстан", "Восточно-Казахстанская", "East Kazakhstan", ("ШҚО", "ВКО", "East")),
    _oblast("47", 0, 3, "Маңғыстау", "Мангистауская", "Mangystau", ("Маңғыстау", "Мангистау", "Mangystau")),
    _oblast("43", 2, 3, "Қызылорда", "Кызылординская", "Kyzylorda", ("Қызылорда", "Кызылорда", "Kyzylorda")),
    _oblast("31", 3, 3, "Жамбыл", "Жамбылская", "Zhambyl", ("Жамбыл", "Жамбыл", "Zhambyl")),
    _oblast("19", 4, 3, "Алматы", "Алматинская", "Almaty", ("Алматы обл.", "Алмат. обл.", "Almaty reg.")),
    Tile("33", 5, 3, ("Жетісу облысы", "область Жетісу", "Zhetisu Region"), ("Жетісу", "Жетісу", "Zhetisu")),
    _oblast("61", 2, 4, "Түркістан", "Туркестанская", "Turkistan", ("Түркістан", "Туркестан", "Turkistan")),
    _city("79", 3, 4, "Шымкент", "Шымкент", "Shymkent"),
    _city("75", 4, 4, "Алматы", "Алматы", "Almaty"),
)

MARKS = {
    "59": ("СҚО", "СКО", "NOR"),
    "27": ("БҚО", "ЗКО", "WES"),
    "15": ("АҚТ", "АКТ", "AKT"),
    "39": ("ҚОС", "КОС", "KOS"),
    "11": ("АҚМ", "АКМ", "AKM"),
    "71": ("АСТ", "АСТ", "AST"),
    "55": ("ПАВ", "ПАВ", "PAV"),
    "23": ("АТЫ", "АТЫ", "ATY"),
    "62": ("ҰЛЫ", "УЛЫ", "ULY"),
    "35": ("ҚАР", "КАР", "KAR"),
    "10": ("АБА", "АБА", "ABA"),
    "63": ("ШҚО", "ВКО", "EAS"),
    "47": ("МАҢ", "МАН", "MAN"),
    "43": ("ҚЫЗ", "КЫЗ", "KYZ"),
    "31": ("ЖАМ", "ЖАМ", "ZHA"),
    "19": ("АЛО", "АЛО", "ALR"),
    "33": ("ЖЕТ", "ЖЕТ", "ZHE"),
    "61": ("ТҮР", "ТУР", "TUR"),
    "79": ("ШЫМ", "ШЫМ", "SHY"),
    "75": ("АЛМ", "АЛМ", "ALM"),
}
