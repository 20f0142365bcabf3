"""The portal's first content: facts told in our own words, each with its source.

What no source says is left empty, and the pages say that it is not known. Nothing here is
invented; samples are in the modules beside this one.
"""

from datetime import date

SLIDES = "厚生労働省老健局「生活支援体制整備事業における新規事業等について」"
SYMPOSIUM_ADDRESS = "https://www.jmar.co.jp/topics/2025/0501_000562.html"
SYMPOSIUM = f"[日本能率協会総合研究所「第1回オンラインシンポジウム」]({SYMPOSIUM_ADDRESS})"
TRADE_PRESS = "[シンポジウムを伝える業界紙の記事（roushikyo-digital.com）](https://roushikyo-digital.com/?p=9158)"
ASAHI = "[朝日新聞デジタルの記事（ASQ6172LQQ61UULB003）](https://www.asahi.com/articles/ASQ6172LQQ61UULB003.html)"
NISHI_KAZE = "[nishi-kaze.comの記事](https://nishi-kaze.com/)"

WHOLE_COUNTRY, HYOGO, OKINAWA, OKUTAMA, OME = "00", "28", "47", "133086", "132055"

SYMPOSIUM_VIDEO = [("第1回オンラインシンポジウム（令和7年3月収録）", SYMPOSIUM_ADDRESS)]

ORGANIZATIONS = {
    "mhlw": {
        "name": "厚生労働省",
        "name_kana": "コウセイロウドウショウ",
        "kind": "ministry",
        "scope": "national",
        "regions": [WHOLE_COUNTRY],
        "summary": "高齢者の生活支援を多様な主体の共創で進めるために、全国版のプラットフォームと、"
        "都道府県のプラットフォームづくりの支援に取り組んでいます。",
        "description": "担当は、老健局 認知症施策・地域介護推進課 地域づくり推進室です。\n\n"
        "高齢者の地域での暮らしは、医療や介護だけでなく、交通・産業・商業などの経済活動や、住民の取り組みとの"
        "関わりの中で成り立っています。こうした介護保険の領域を越えた活動との連携を深めるため、"
        "国と都道府県にプラットフォームを置く考えを示しています。",
        "sources": SLIDES,
    },
    "jmar": {
        "name": "株式会社日本能率協会総合研究所",
        "kind": "company",
        "scope": "national",
        "regions": [WHOLE_COUNTRY],
        "summary": "生活支援共創プラットフォーム（全国版）の運営を担う会社です。"
        "第1回オンラインシンポジウムのページで動画を公開しています。",
        "website": SYMPOSIUM_ADDRESS,
        "sources": SYMPOSIUM,
    },
    "hyogo-yakult": {
        "name": "兵庫ヤクルト販売株式会社",
        "kind": "company",
        "regions": [HYOGO],
        "themes": ["monitoring"],
        "summary": "配達のときにお客さまを見守り、気づいたことを知らせる取り組みを、行政と協力して行っています。",
        "sources": f"{SLIDES}\n{SYMPOSIUM}\n{TRADE_PRESS}",
    },
    "mow-japan": {
        "name": "一般社団法人全国食支援活動協力会",
        "kind": "other",
        "scope": "national",
        "regions": [WHOLE_COUNTRY],
        "themes": ["meals", "gathering-place", "exchange"],
        "summary": "世代を越えて集まる地域の食堂や配食を、企業・行政・住民とともに支えています。",
        "sources": f"{SLIDES}\n{SYMPOSIUM}\n{TRADE_PRESS}",
    },
    "jr-east": {
        "name": "東日本旅客鉄道株式会社",
        "kind": "company",
        "regions": [OKUTAMA, OME],
        "themes": ["community-development"],
        "summary": "さとゆめとともに沿線まるごと株式会社をつくり、青梅線の沿線で"
        "「沿線まるごとホテル」に取り組んでいます。",
        "sources": f"{SLIDES}\n{ASAHI}\n{NISHI_KAZE}",
    },
    "ensen-marugoto": {
        "name": "沿線まるごと株式会社",
        "kind": "company",
        "regions": [OKUTAMA, OME],
        "themes": ["community-development", "employment"],
        "summary": "JR東日本とさとゆめが2021年12月に設立した会社です。"
        "青梅線の沿線の駅と空き家を生かした宿づくりを、住民とともに進めています。",
        "sources": f"{SLIDES}\n{ASAHI}\n{NISHI_KAZE}",
    },
    "okinawa": {
        "name": "沖縄県",
        "name_kana": "オキナワケン",
        "kind": "prefecture",
        "regions": [OKINAWA],
        "summary": "地域包括ケア推進課が、県内の市町村を支援しています。",
        "sources": f"{SLIDES}\n{SYMPOSIUM}",
    },
}

# Of both only the month is known; of the second neither the place nor the speakers.
EVENTS = {
    "symposium-1": {
        "title": "第1回オンラインシンポジウム",
        "kind": "symposium",
        "format": "archive",
        "start_date": date(2025, 3, 1),
        "end_date": date(2025, 3, 31),
        "only_month_known": True,
        "schedule_note": "令和7年3月に収録した動画を、いつでも見られます",
        "summary": "国に置くプラットフォームの考え方と、官・民と住民がともに進める地域づくりの4つの事例を伝える"
        "シンポジウムです。動画を公開しています。",
        "regions": [WHOLE_COUNTRY],
        "content": "### 厚生労働省から\n\nプラットフォームをつくる趣旨と、これからの展開について伝えています。\n\n"
        "### 4つの事例\n\n東京都立大学の室田信一准教授との対話で、それぞれの取り組みを深く掘り下げます。\n\n"
        "- 兵庫ヤクルト販売株式会社\n- 一般社団法人全国食支援活動協力会\n"
        "- 東日本旅客鉄道株式会社・沿線まるごと株式会社\n- 沖縄県 地域包括ケア推進課",
        "videos": SYMPOSIUM_VIDEO,
        "tags": ["シンポジウム"],
        "sources": f"{SLIDES}\n{SYMPOSIUM}",
    },
    "symposium-2": {
        "title": "第2回シンポジウム",
        "kind": "symposium",
        "format": "",
        "start_date": date(2025, 9, 1),
        "end_date": date(2025, 9, 30),
        "only_month_known": True,
        "summary": "分野を問わず、地域づくりにかかわる人に開かれたシンポジウムです。"
        "開かれた日、会場、登壇した人は未確認です。",
        "regions": [WHOLE_COUNTRY],
        "tags": ["シンポジウム"],
        "sources": SLIDES,
    },
}

CASES = {
    "hyogo-yakult": {
        "organization": "hyogo-yakult",
        "title": "配達のたびにお客さまを見守り、気づいたことを知らせる",
        "summary": "商品を届ける人が、配達のときにお客さまの様子を見守ります。"
        "気になることに気づいたら知らせる仕組みを、行政と協力してつくっています。",
        "regions": [HYOGO],
        "themes": ["monitoring"],
        "content": "家々をまわる配達の仕事を、そのまま見守りの機会にしています。"
        "配達員は、届けるときにお客さまの様子に目を配り、**気づいたことを報告**します。",
        "partners": "行政と協力して行っています。連携の相手となる部署や、知らせる手順の詳細は未確認です。",
        "events_of": ["symposium-1"],
        "videos": SYMPOSIUM_VIDEO,
        "tags": ["配達", "企業"],
        "sources": f"{SLIDES}\n{SYMPOSIUM}\n{TRADE_PRESS}",
    },
    "mow-japan": {
        "organization": "mow-japan",
        "title": "世代を越えて食卓を囲む地域の食堂と、配食を支える",
        "summary": "世代を越えて人が集まる地域の食堂や、食事を届ける活動を支える取り組みです。"
        "企業・行政・住民が一緒に進めています。",
        "regions": [WHOLE_COUNTRY],
        "themes": ["meals", "gathering-place", "exchange"],
        "content": "多世代が集う地域の食堂と、配食の活動を支えています。",
        "partners": "企業、行政、住民がそれぞれの立場から加わっています。参加している企業や自治体の名前は未確認です。",
        "events_of": ["symposium-1"],
        "videos": SYMPOSIUM_VIDEO,
        "tags": ["地域食堂", "配食"],
        "sources": f"{SLIDES}\n{SYMPOSIUM}\n{TRADE_PRESS}",
    },
    "ensen-marugoto-hotel": {
        "organization": "ensen-marugoto",
        "partners_of": ["jr-east"],
        "title": "沿線まるごとホテル：無人駅と空き家を、住民と営む宿に",
        "summary": "青梅線の青梅駅から奥多摩駅までの13駅の沿線を、ひとつのホテルに見立てる取り組みです。"
        "無人駅や空き家を、住民とともに営む宿に生まれ変わらせます。",
        "regions": [OKUTAMA, OME],
        "themes": ["community-development", "employment"],
        "started_year": 2021,
        "content": "駅員のいない駅と、使われなくなった家を生かし、沿線の全体をホテルとして運営します。"
        "宿の運営には住民が加わります。\n\n"
        "2022年6月1日には、鳩ノ巣に拠点「沿線まるごとラボ」を開き、5人のコンシェルジュを置きました。",
        "first_step": "2021年2月から4月まで、白丸で試行しました。料金は1人29,700円で、予約は**完売**しました。\n\n"
        "同じ年の12月に、JR東日本とさとゆめが、運営する会社を設立しました。",
        "result": "試行の予約は完売しました。2028年度までに5〜8棟の宿を整えることと、"
        "取り組みを30の地域に広げることを目標に掲げています。その後の実績は未確認です。",
        "events_of": ["symposium-1"],
        "videos": SYMPOSIUM_VIDEO,
        "tags": ["空き家", "無人駅", "鉄道"],
        "sources": f"{SLIDES}\n{ASAHI}\n{NISHI_KAZE}",
    },
    "okinawa": {
        "organization": "okinawa",
        "title": "県が、県内の市町村の取り組みを支援する",
        "summary": "沖縄県地域包括ケア推進課による、県内の市町村への支援です。"
        "第1回オンラインシンポジウムで取り上げられました。支援の詳細は未確認です。",
        "regions": [OKINAWA],
        "themes": ["community-development"],
        "events_of": ["symposium-1"],
        "videos": SYMPOSIUM_VIDEO,
        "tags": ["市町村支援"],
        "sources": f"{SLIDES}\n{SYMPOSIUM}",
    },
}

LINKS = {
    "national-platform": {
        "title": "生活支援共創プラットフォーム（全国版）",
        "url": "https://seikatsu-kyosopf.mhlw.go.jp/",
        "description": "厚生労働省のサイト",
    },
    "kyosei-portal": {
        "title": "地域共生社会のポータルサイト",
        "url": "https://www.mhlw.go.jp/kyouseisyakaiportal/",
        "description": "厚生労働省のサイト",
    },
    "eemachi": {
        "title": "大阪ええまちプロジェクト",
        "url": "https://eemachi.pref.osaka.lg.jp/",
        "description": "大阪府のサイト",
    },
    "kochi-kyosei": {
        "title": "高知家地域共生社会",
        "url": "https://kochi-kyosei.pref.kochi.lg.jp/",
        "description": "高知県のサイト",
    },
    "symposium-1": {
        "title": "第1回オンラインシンポジウム（令和7年3月収録）",
        "url": SYMPOSIUM_ADDRESS,
        "description": "株式会社日本能率協会総合研究所のサイト。動画をいつでも視聴できます",
    },
}

ANNOUNCEMENTS = {
    "opening": {
        "title": "このサイトの公開を始めました",
        "body": "高齢者の暮らしを支える取り組みの[事例](/cases/)と、取り組む[団体](/organizations/)を、"
        "言葉と地域から探せます。\n\n"
        "事例や団体のページには、**出典**と**最終確認日**を載せています。"
        "まだ分かっていないことは、分かっていないとそのまま書いています。\n\n"
        "お気づきの点は、[お問い合わせ](/contact/)からお知らせください。",
    },
}

SYNONYMS = {
    "kayoi": "通いの場、サロン",
    "sc": "SC、生活支援コーディネーター、地域支え合い推進員",
    "shakyo": "社協、社会福祉協議会",
    "hokatsu": "包括、地域包括支援センター",
    "sogo-jigyo": "総合事業、介護予防・日常生活支援総合事業",
    "platform": "PF、プラットフォーム",
    "care-manager": "ケアマネ、ケアマネジャー、介護支援専門員",
    "day-service": "デイサービス、通所介護",
    "home-helper": "ホームヘルパー、訪問介護員",
    "ninchisho-cafe": "認知症カフェ、オレンジカフェ",
    "kaimono-jakusha": "買い物弱者、買い物難民、買い物困難者",
    "community-bus": "コミュニティバス、コミバス",
    "jichikai": "自治会、町内会",
    "npo": "NPO、特定非営利活動法人",
    "rojin-club": "老人クラブ、シニアクラブ",
    "minsei": "民生委員、民生委員・児童委員",
    "hitori": "独居、一人暮らし、独り暮らし",
    "yukikaki": "除雪、雪かき",
    "ido-hanbai": "移動販売、移動スーパー",
    "demand": "デマンド交通、乗合タクシー",
    "smartphone": "スマホ、スマートフォン",
    "haishoku": "配食、お弁当の宅配",
    "sasaeai": "支え合い、支えあい",
    "tasukeai": "助け合い、たすけあい、助けあい",
    "katazuke": "片付け、片付ける",
    "akitenpo": "空き店舗、空店舗",
    "koreisha": "高齢者、お年寄り、シニア",
}
