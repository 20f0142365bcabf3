"""The five rules of the board: shown above every field, and named whenever something is hidden."""

from django.db.models import TextChoices


class Rule(TextChoices):
    """The value is kept with what was hidden because of it, so a rule that is given up must stay here."""

    RESPECT = "respect", "相手を否定することから始めません。ひぼう・中傷はしません。"
    OWN_OPINION = "own_opinion", "書き込みは個人の意見です。所属を代表する約束や、決まっていないことの断定はしません。"
    IN_THE_OPEN = "in_the_open", "質問と答えは、ここで行います。堅いあいさつは要りません。"
    PRIVACY = "privacy", "利用者や相談者など、人が分かることは書きません。ほかの人の書き込みを、外に写しません。"
    NO_ADS = "no_ads", "宣伝だけの書き込みや、くり返しの投稿はしません。"


# What tables and marks say in the place of the whole rule.
SHORT = {
    Rule.RESPECT: "相手の尊重",
    Rule.OWN_OPINION: "個人の意見",
    Rule.IN_THE_OPEN: "ここで話す",
    Rule.PRIVACY: "人が分かる情報",
    Rule.NO_ADS: "宣伝・くり返し",
}
