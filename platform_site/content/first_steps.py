"""はじめの1週間, and readings that the analyser gets wrong or that must be right."""

# By key, in their order. What depends on what was found names the part of the page.
CHECKLIST = {
    "case": {
        "title": "「{件名}」を読む",
        "text": "「はじめの一歩」と「つまずいたこと」に、自分の町でもできそうかどうか、しるしを付けます。",
        "part": "cases",
        "condition": "found",
    },
    "no-case": {
        "title": "似た取り組みを知る人を掲示板でさがす",
        "text": "事例がまだないときは、たずねるのが近道です。分野と地域は、はじめから入っています。",
        "part": "cases",
        "condition": "missing",
    },
    "organization": {
        "title": "「{件名}」に連絡する",
        "text": "5分だけ話を聞きたいと伝えます。何をしたいかが決まっていなくても、かまいません。",
        "part": "organizations",
        "condition": "found",
    },
    "neighbours": {
        "title": "困りごとを、身近な3人に聞く",
        "text": "「いちばん困っているのは、いつ、どんなとき」と聞いて、言われたとおりに書きとめます。",
    },
    "amount": {
        "title": "使えるお金の目安を見て、「{件名}」に聞く",
        "text": "「生活支援体制整備事業を、いまどのように使っていますか」と聞くと、話が早く進みます。",
        "part": "contact",
        "condition": "found",
    },
    "amount-no-contact": {
        "title": "使えるお金の目安を見て、市区町村の担当課に聞く",
        "text": "「生活支援体制整備事業を、いまどのように使っていますか」と聞くと、話が早く進みます。",
        "part": "contact",
        "condition": "missing",
    },
    "event": {
        "title": "「{件名}」に申し込む",
        "text": "同じことを始めた人に会える場です。行けないときは、主催の団体に資料をもらえるか聞きます。",
        "part": "events",
        "condition": "found",
    },
    "board": {
        "title": "掲示板の話題を読み、分からないことを1つたずねる",
        "text": "ほかの町で同じことに悩んだ人がいます。名前の代わりに、職種と都道府県だけでも書けます。",
        "part": "topics",
    },
    "meeting": {
        "title": "このページを印刷して、次の協議体や集まりで配る",
        "text": "「まず1回やってみること」を1つだけ、日にちと一緒に決めます。",
    },
}

READINGS = {
    "居場所": "いばしょ",
    "多世代": "たせだい",
    "通いの場": "かよいのば",
    "担い手": "にないて",
    "協議体": "きょうぎたい",
    "社協": "しゃきょう",
    "就労": "しゅうろう",
    "農地": "のうち",
    "住まい": "すまい",
    "見守り": "みまもり",
    "買物": "かいもの",
    "移送": "いそう",
    "標準額": "ひょうじゅんがく",
}
