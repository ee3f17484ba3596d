"""Titles that read real, as many as wanted: what shops write, with the same words over and over.

A title is a shop's style, a maker, what the thing is, of what, for whom, and how much of it. Words
are drawn by a steep law, so that a few are in a quarter of all titles and most in very few.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_SEED: Final = 20_261_122


def _split(words: str) -> list[str]:
    return words.split()


# What is sold: leaf category, and the things that stand in it.
THINGS: Final[dict[str, str]] = {
    "水具酒具": "保温杯 玻璃杯 马克杯 吸管杯 焖烧杯 运动水壶 冷水壶 茶杯 红酒杯 分酒器 咖啡杯 随行杯",
    "茶具": "紫砂壶 盖碗 公道杯 茶盘 茶叶罐 茶宠 快客杯 煮茶器 茶海 功夫茶具",
    "茶叶": "龙井 碧螺春 大红袍 铁观音 普洱茶 白茶 茉莉花茶 正山小种 金骏眉 小青柑 乌龙茶 毛尖",
    "厨房小电": "空气炸锅 电饭煲 破壁机 榨汁机 电热水壶 养生壶 多士炉 咖啡机 电烤箱 豆浆机 绞肉机 电炖锅",
    "锅具刀具": "炒锅 平底锅 砂锅 汤锅 不粘锅 菜刀 剪刀 砧板 蒸锅 奶锅",
    "收纳整理": "收纳箱 收纳袋 衣架 鞋架 置物架 压缩袋 抽屉盒 首饰盒 洗衣篮 垃圾桶",
    "床上用品": "四件套 被子 枕头 床笠 毛毯 凉席 蚕丝被 记忆枕 床垫 蚊帐",
    "女装": "连衣裙 衬衫 风衣 毛衣 半身裙 牛仔裤 羽绒服 针织衫 卫衣 大衣 旗袍 吊带",
    "男装": "夹克 T恤 西装 休闲裤 polo衫 羽绒马甲 冲锋衣 棉服 衬衣 短裤",
    "鞋靴": "运动鞋 帆布鞋 凉鞋 拖鞋 马丁靴 小白鞋 雪地靴 老爹鞋 豆豆鞋",
    "箱包": "双肩包 托特包 行李箱 钱包 斜挎包 帆布袋 腰包 公文包 书包 化妆包",
    "护肤": "面霜 精华液 洗面奶 面膜 防晒霜 爽肤水 眼霜 护手霜 身体乳 卸妆油",
    "彩妆香水": "口红 粉底液 眉笔 眼影盘 香水 腮红 睫毛膏 散粉 美甲贴",
    "零食": "坚果 牛肉干 曲奇 蛋黄酥 辣条 果干 薯片 巧克力 牛轧糖 雪花酥 肉松小贝 每日坚果",
    "粮油调味": "大米 菜籽油 辣椒酱 蜂蜜 酱油 花椒 面条 螺蛳粉 红枣 枸杞 黑芝麻丸 火锅底料",
    "生鲜水果": "车厘子 苹果 橙子 芒果 猕猴桃 大闸蟹 牛排 三文鱼 小龙虾 草莓 蓝莓 榴莲",
    "鲜花绿植": "玫瑰花束 向日葵 绿萝 多肉 蝴蝶兰 永生花 康乃馨 郁金香 龟背竹 盆栽 满天星",
    "家居饰品": "香薰蜡烛 相框 挂画 花瓶 地毯 抱枕 窗帘 摆件 风铃 壁灯 小夜灯 闹钟",
    "文具": "钢笔 手帐本 中性笔 笔袋 便利贴 计划本 印章 胶带 水彩笔 书签 台历",
    "玩具": "积木 拼图 毛绒玩偶 遥控车 盲盒 手办 泡泡机 磁力片 魔方 玩具枪 娃娃屋",
    "母婴": "纸尿裤 奶瓶 婴儿车 爬行垫 辅食碗 学步鞋 湿巾 吸奶器 安抚奶嘴 口水巾",
    "数码配件": "充电宝 数据线 手机壳 蓝牙耳机 键盘 鼠标 支架 充电器 平板保护套 移动硬盘 音箱",
    "运动户外": "瑜伽垫 帐篷 跳绳 哑铃 登山杖 睡袋 露营椅 羽毛球拍 篮球 钓鱼竿 泳镜",
    "宠物": "猫粮 猫砂 狗窝 逗猫棒 宠物背包 猫爬架 牵引绳 狗零食 自动喂食器",
    "首饰": "项链 耳环 手链 戒指 发夹 胸针 手镯 银锁 珍珠耳钉",
    "汽车用品": "车载香薰 行车记录仪 脚垫 手机支架 车载吸尘器 遮阳挡 洗车水枪",
}  # fmt: skip
_STYLES: Final = _split(
    "新款 ins风 简约 复古 北欧 日式 国潮 网红 高颜值 轻奢 可爱 创意 小众 法式 中式 森系 卡通 "
    "治愈系 极简 韩版 莫兰迪 手绘 原创 古风 学院风 美式"
)
_STUFFS: Final = _split(
    "304不锈钢 陶瓷 玻璃 纯棉 硅胶 实木 竹制 羊毛 真皮 帆布 亚麻 珊瑚绒 钛合金 铸铁 骨瓷 水晶 真丝 "
    "牛皮 316不锈钢 ABS 铝合金 藤编 天然 手工 有机 低糖 无添加"
)
_FEATURES: Final = _split(
    "大容量 便携 家用 静音 加厚 防水 可爱 迷你 多功能 智能 折叠 防滑 耐高温 儿童 成人 女士 男士 学生 "
    "办公室 宿舍 户外 旅行 车载 情侣 孕妇 老人 免打孔 一键 无线 充电 保暖 透气 速干 显瘦 百搭 宽松 "
    "夏季 冬季 秋冬 春秋 四季 送女友 送男友 送妈妈 送闺蜜 送老师 生日礼物 伴手礼 结婚 乔迁 毕业 "
    "圣诞 中秋 端午 年货 礼盒装 独立包装 整箱 试用装 家庭装"
)
_SIZES: Final = _split(
    "500ml 350ml 1.5L 2L 4.2升 6升 20寸 24寸 A5 0.5mm 10支装 三件套 四件套 六只装 八枚 250g 500g 1kg "
    "2斤 5斤 12色 24色 36色 30片 100抽 1.5米 XL码 38码 M号 12英寸 65W 20000毫安"
)
_NAMES: Final = _split(
    "山月 拾光 慢居 木言 青禾 知味 云朵 小满 初见 南风 北屿 白露 松间 茶语 橘子 星河 荷塘 半夏 素履 归农 "
    "有光 百草 万物 朴宿 棠梨 时花 鹿角 微醺 海盐 麦田 竹里 松鼠 长风 晴川 溪山 野望 雨前 谷雨 清和 元气"
)
_KINDS: Final = _split("旗舰店 专营店 小铺 生活馆 良品 工坊 家居 食品 服饰 优选 杂货 官方店")


@dataclass(frozen=True, slots=True)
class Title:
    """A product to be: its shop and category by number, its words, price, sales."""

    shop: int
    category: int
    title: str
    price_fen: int
    sold: int


def shop_names(count: int) -> list[str]:
    """Names of shops, all different."""
    drawn = random.Random(_SEED)
    names: dict[str, None] = {}
    while len(names) < count:
        name = drawn.choice(_NAMES) + drawn.choice(_KINDS)
        if name in names:
            name = drawn.choice(_NAMES) + name
        names[name] = None
    return list(names)


def titles(count: int, shops: int) -> Iterator[Title]:
    """So many products, the same ones every time."""
    drawn = random.Random(_SEED)
    categories = list(THINGS.items())
    makers = [drawn.choice(_NAMES) for _ in range(shops)]
    for _ in range(count):
        category = _steep(drawn, len(categories), 1.6)
        things = categories[category][1].split()
        shop = drawn.randrange(shops)
        words = [
            makers[shop] if drawn.random() < 0.3 else "",
            _pick(drawn, _STYLES) if drawn.random() < 0.7 else "",
            _pick(drawn, _STUFFS) if drawn.random() < 0.6 else "",
            things[_steep(drawn, len(things), 1.4)],
            _pick(drawn, _FEATURES),
            _pick(drawn, _FEATURES) if drawn.random() < 0.6 else "",
        ]
        tail = [_pick(drawn, _SIZES)] if drawn.random() < 0.6 else []
        glue = " " if drawn.random() < 0.3 else ""
        text = glue.join(word for word in words if word) + "".join(f" {word}" for word in tail)
        price = int(990 * (1 + drawn.paretovariate(1.1))) // 100 * 100 + 90
        sold = int(drawn.paretovariate(0.8)) - 1
        yield Title(shop, category, text[:60], min(price, 9_999_900), min(sold, 1_000_000))


def _steep(drawn: random.Random, size: int, power: float) -> int:
    return int(size * drawn.random() ** power)


def _pick(drawn: random.Random, words: Sequence[str]) -> str:
    return words[_steep(drawn, len(words), 2.2)]
