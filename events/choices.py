"""The fixed choices of events, in the order in which they are offered."""

from django.db.models import TextChoices


class EventKind(TextChoices):
    SYMPOSIUM = "symposium", "シンポジウム・講演会"
    SEMINAR = "seminar", "セミナー・研修"
    EXCHANGE = "exchange", "交流会・意見交換"
    VISIT = "visit", "見学・体験"
    CONSULTATION = "consultation", "相談会"
    FAIR = "fair", "催し・まつり"
    OTHER = "other", "その他"


class Format(TextChoices):
    VENUE = "venue", "会場"
    ONLINE = "online", "オンライン"
    HYBRID = "hybrid", "会場とオンライン"
    ARCHIVE = "archive", "アーカイブ視聴"


# Formats in which one can take part from anywhere.
FROM_ANYWHERE = (Format.ONLINE, Format.HYBRID, Format.ARCHIVE)


class EventState(TextChoices):
    """What the organizer decides; that an event is over follows from its time."""

    PLANNED = "planned", "開催予定"
    POSTPONED = "postponed", "延期"
    CANCELLED = "cancelled", "中止"


class Audience(TextChoices):
    ANYONE = "anyone", "どなたでも"
    RESIDENTS = "residents", "住民・活動団体"
    OLDER_PEOPLE = "older_people", "高齢者・家族"
    COORDINATOR = "coordinator", "生活支援コーディネーター"
    MUNICIPAL = "municipal", "市区町村職員"
    PREFECTURAL = "prefectural", "都道府県職員"
    PROFESSIONAL = "professional", "介護・福祉・医療の専門職"
    COMPANY = "company", "企業"
    STUDENT = "student", "学生・研究者"


class Application(TextChoices):
    NOT_NEEDED = "not_needed", "申込不要"
    NEEDED = "needed", "申込が必要"
    OPTIONAL = "optional", "申込優先（当日参加もできます）"


class Access(TextChoices):
    """What is offered so that everybody can take part."""

    SIGN_LANGUAGE = "sign_language", "手話通訳"
    CAPTIONS = "captions", "字幕・要約筆記"
    HEARING_LOOP = "hearing_loop", "ヒアリングループ"
    WHEELCHAIR = "wheelchair", "車いすで参加できる"
    TOILET = "toilet", "多目的トイレ"
    CHILDCARE = "childcare", "託児"
    LARGE_PRINT = "large_print", "大きな文字・点字の資料"
    PLAIN_JAPANESE = "plain_japanese", "やさしい日本語・多言語"
    TRANSPORT = "transport", "送迎"
