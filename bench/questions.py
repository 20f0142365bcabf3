"""What the benchmark asks: words of all lengths and frequencies, every second question with a prefecture."""

from collections.abc import Iterator

# Of two characters, of three to six, two words, three words.
WORDS = [
    *("介護", "移動", "買物", "送迎", "掃除", "洗濯", "防災", "農地", "就労", "健康", "調理", "孤立"),
    *("見守り", "買い物", "居場所", "サロン", "居場所づくり", "一人暮らし", "移動販売", "こども食堂", "通いの場"),
    *("空き家", "百歳体操", "認知症カフェ", "フレイル", "ボランティア", "後継者", "デマンド交通", "遺品整理", "釣り"),
    *("買い物 送迎", "見守り 配食", "移動 免許返納", "介護予防 体操", "空き家 居場所", "防災 高齢者", "農園 交流"),
    *("スマホ教室 大学生", "社会福祉協議会 助成金", "薬局 見守り", "寺 茶話会"),
    *("買い物 送迎 ボランティア", "一人暮らし 見守り 郵便局", "公民館 体操 高齢者", "空き家 居場所 大学生"),
    *("移動 通院 担い手", "配食 弁当 安否確認", "農地 障害者就労 直売所"),
]

# Large and small ones.
PREFECTURES = ["13", "27", "14", "01", "40", "32", "39", "20", "26", "47", "34", "31"]


def questions() -> Iterator[tuple[str, str]]:
    """Texts with the code of a prefecture, "" for every second one."""
    for position, text in enumerate(WORDS):
        yield text, PREFECTURES[position // 2 % len(PREFECTURES)] if position % 2 else ""
