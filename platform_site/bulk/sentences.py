"""Sentence patterns by section of a case. ``{word}`` is a word of the case's theme, the others are general."""

TITLES = (
    "{place}でつづける{word}の{way}",
    "{town}の{word}{way}",
    "{word}からはじまる{way}",
    "{people}と{people}がつくる{word}の{way}",
    "{place}を活かした{word}の{way}",
    "{town}で広がる{word}と{word}",
    "{word}で{problem}に向き合う",
    "{people}が支える{town}の{word}",
    "{often}ひらく{word}の場",
    "{word}と{word}をつなぐ{way}",
    "{effect}を生む{word}の{way}",
    "{town}{place}の{word}",
)

SUMMARIES = (
    "{people}が中心となり、{place}で{word}に取り組んでいます",
    "{word}に困る{people}を、{people}が{often}手伝っています",
    "{word}をきっかけに、{effect}が生まれました",
    "{problem}という課題に対して、{word}と{word}を組み合わせました",
    "{place}を拠点に、{often}{word}を行う取り組みです",
    "{people}と{people}が協力し、{word}を続けています",
    "{word}を通じて{people}の暮らしを支えています",
)

# Sections whose sentences speak of the case's themes.
THEMED = {
    "reason": (
        "きっかけは、{people}から「{word}に困っている」という声が寄せられたことでした",
        "{problem}が深刻になり、{word}をあきらめる{people}が増えていました",
        "{often}開かれる会議で、{word}が話題になりました",
        "近くの{place}がなくなり、{word}が難しくなりました",
        "{tool}で調べたところ、{number}人が{word}に不安を感じていました",
        "{people}だけでは{word}を支えきれなくなっていました",
        "{word}は{people}にとって、{effect}につながる大切なものです",
        "{problem}が続くなか、{people}が{word}の必要性に気づきました",
    ),
    "content": (
        "{people}が{often}{place}に集まり、{word}を行っています",
        "{word}のほかに、{word}や{word}も楽しめます",
        "申し込みは{tool}で受け付け、{people}が調整しています",
        "{place}では、{people}が{word}を担当し、{people}が受付を手伝います",
        "一回の参加者は{number}人ほどで、{people}も加わります",
        "{word}の前に、{people}による短い講座を開いています",
        "{tool}を使って、{word}の予定を{people}に知らせています",
        "{often}{place}を開放し、誰でも{word}に参加できるようにしました",
        "{word}が必要な人には、{people}が自宅まで伺います",
        "{people}と{people}が交代で{word}を支えます",
        "費用は一回{yen}で、{word}に必要な材料代を含みます",
        "終わったあとは{place}でお茶を飲みながら、{word}について話し合います",
        "{word}を希望する人と手伝える人を、{tool}で結び付けています",
    ),
    "first_step": (
        "まず{people}に声をかけ、{word}について話し合う場を{place}に設けました",
        "最初に{tool}を配り、{word}の希望を調べました",
        "{number}人の{people}で{word}を試しに行ってみました",
        "先に取り組んでいた団体を訪ね、{word}の進め方を教わりました",
        "{place}を借りて、{often}{word}を始めることにしました",
        "{people}に相談し、{word}に使える制度を調べました",
    ),
    "result": (
        "{word}の利用者は一年で{number}人になりました",
        "{effect}が増え、{people}からも喜ばれています",
        "{word}を通じて、{effect}が生まれました",
        "{people}が{word}の支える側に回るようになりました",
        "「{word}があるから、ここで暮らし続けられる」という声が届いています",
        "{word}がきっかけとなり、{place}で{word}も始まりました",
        "{tool}による調査では、{share}の{people}が{effect}を感じています",
    ),
}

GENERAL = {
    "purpose": (
        "{people}が住み慣れた地域で暮らし続けられるようにします",
        "{effect}を増やし、{problem}を和らげることを目指します",
        "{people}と{people}がともに支え合う関係をつくります",
        "{people}の{effect}を守ります",
    ),
    "partners": (
        "{people}、{people}、{people}が協力しています",
        "{place}を使わせてもらい、{people}には{tool}の作成を手伝ってもらいました",
        "{people}とは{often}打ち合わせをしています",
        "{people}が{tool}を提供しています",
    ),
    "funding": (
        "費用は年に{number}万円ほどで、{money}と{money}でまかなっています",
        "立ち上げには{money}を利用しました",
        "{tool}や保険の費用は{money}から出しています",
        "{place}は無償で借りています",
        "{money}が終わったあとは{money}に切り替えました",
        "謝礼は一時間{yen}とし、残りは{money}に回します",
    ),
    "used_programs": (
        "{money}を利用しました",
        "{money}の対象となるよう、{people}と相談しました",
        "{people}の紹介で{money}を知りました",
    ),
    "obstacles": (
        "{problem}に悩みました",
        "はじめは{people}の理解が得られず、{often}説明に回りました",
        "{problem}と{problem}が重なり、一時は休止しました",
        "{place}が使えなくなり、代わりの場所を探しました",
        "{problem}については、{people}と話し合いながら今も工夫を続けています",
        "{tool}だけでは伝わらず、{people}が一軒ずつ訪ねました",
    ),
    "evaluation": (
        "{often}{tool}で参加者の声を集めています",
        "{effect}を{people}とともに振り返ります",
        "{number}項目の{tool}で変化を調べています",
    ),
    "sustainability": (
        "{people}が無理なく続けられるよう、当番を{number}組に分けました",
        "{money}だけに頼らず、{money}も組み合わせています",
        "{tool}に手順を残し、誰でも引き継げるようにしています",
        "{people}を対象に、{often}研修を開いています",
    ),
    "tips": (
        "完璧を目指さず、できることから小さく始めるのがこつです",
        "{people}を早いうちから仲間に入れておくと、{problem}を避けられます",
        "{tool}よりも直接の声かけが効きます",
        "困ったときは{people}に相談してください",
        "{number}人集まれば始められます",
        "{money}は締め切りが早いので、{often}確かめておきましょう",
        "{problem}は、{people}と{people}の役割を分けると軽くなります",
    ),
}

OFFERS = (
    "{word}の手伝いができます",
    "{word}の講師を派遣できます",
    "{place}をお貸しできます",
    "{tool}の作り方をお伝えします",
    "{people}をご紹介します",
)

SEEKS = (
    "{word}を手伝ってくれる{people}を探しています",
    "{problem}について相談できる相手を求めています",
    "{place}として使える場所を探しています",
    "{word}に取り組む団体と交流したいです",
)

DESCRIPTIONS = (
    "{people}の有志が集まって生まれた団体です",
    "{word}と{word}を中心に活動しています",
    "{often}{place}に集まっています",
    "{problem}に向き合い、{effect}を大切にしています",
    "会員は{number}人で、{people}も参加しています",
)
