"""What a code of the wire is called on a page: the trade's words, the same everywhere.

Each text is Chinese and looked up in `english/` like a template's.
"""

from typing import Final, NamedTuple


class Word(NamedTuple):
    """What a state is called, and how it feels: done, todo, wait, bad, quiet."""

    text: str
    tone: str


# Order states, reference section 4.1.
ORDER: Final = {
    10: Word("待付款", "wait"),
    12: Word("礼物待收下", "wait"),
    13: Word("凑单中", "wait"),
    20: Word("待发货", "todo"),
    21: Word("部分发货", "todo"),
    30: Word("待收货", "wait"),
    100: Word("已完成", "done"),
    200: Word("已全额退款", "quiet"),
    250: Word("已取消", "quiet"),
}

# What an order's buyer should know now.
ORDER_ADVICE: Final = {
    10: "付款后商家才会备货，超时未付款订单将自动取消",
    20: "商家正在备货，发货后这里会出现物流单号",
    21: "部分商品已经寄出，其余的正在备货",
    30: "包裹在路上，收到后请确认收货",
    100: "交易已完成，感谢购买",
    200: "款项已全部退回付款账户",
    250: "订单已取消，没有扣款",
}

# Product states, reference section 3.2.
PRODUCT: Final = {
    0: Word("草稿", "quiet"),
    5: Word("已上架", "done"),
    6: Word("回收站", "quiet"),
    9: Word("已删除", "quiet"),
    11: Word("已下架", "quiet"),
    12: Word("已售罄", "wait"),
    13: Word("违规下架", "bad"),
    14: Word("保证金不足下架", "bad"),
    15: Word("品牌到期下架", "bad"),
    20: Word("已封禁", "bad"),
}
EDIT: Final = {
    0: Word("无草稿", "quiet"),
    1: Word("编辑中", "quiet"),
    2: Word("审核中", "wait"),
    3: Word("审核未通过", "bad"),
    4: Word("审核通过", "done"),
}

ROLE: Final = {
    "buyer": "买家",
    "shop": "商家",
    "promoter": "带货者",
    "agency": "带货机构",
    "operator": "平台运营",
    "": "访客",
}

DESK: Final = {
    "shop": "商家工作台", "promoter": "带货者工作台", "agency": "带货机构工作台", "operator": "平台工作台",
}  # fmt: skip

PUSH: Final = {
    "waiting": Word("等待送出", "wait"),
    "delivered": Word("已送达", "done"),
    "dead": Word("多次失败", "bad"),
    "kept": Word("仅存日志", "quiet"),
}

# Why buyers ask for their money, reference section 6.2.
REASON: Final = {
    "INCORRECT_SELECTION": "拍错/多拍",
    "NO_LONGER_WANT": "不想要了",
    "NO_EXPRESS_INFO": "无快递信息",
    "EMPTY_PACKAGE": "包裹为空",
    "REJECT_RECEIVE_PACKAGE": "已拒签包裹",
    "NOT_DELIVERED_TOO_LONG": "快递长时间未送达",
    "NOT_MATCH_PRODUCT_DESC": "与商品描述不符",
    "QUALITY_ISSUE": "质量问题",
    "SEND_WRONG_GOODS": "卖家发错货",
    "THREE_NO_PRODUCT": "三无产品",
    "FAKE_PRODUCT": "假冒产品",
    "NO_REASON_7_DAYS": "七天无理由",
    "OTHERS": "其他原因",
}

CASE: Final = {
    "MERCHANT_PROCESSING": Word("等商家回复", "wait"),
    "PLATFORM_REFUNDING": Word("退款中", "wait"),
    "MERCHANT_REFUND_SUCCESS": Word("已退款", "done"),
    "MERCHANT_REJECT_REFUND": Word("商家已拒绝", "bad"),
    "USER_CANCELD": Word("已撤回", "quiet"),
    "PLATFORM_REFUND_FAIL": Word("退款失败", "bad"),
    "MERCHANT_REFUND_RETRY_FAIL": Word("退款失败", "bad"),
    "MERCHANT_FAIL": Word("已关闭", "quiet"),
}

# What a shop's invitation is to a promoter, and to the shop itself (reference section 7.2).
INVITED: Final = {
    1: Word("等你答复", "todo"),
    2: Word("合作中", "done"),
    3: Word("已婉拒", "quiet"),
    4: Word("对方已撤回", "quiet"),
    5: Word("合作已结束", "quiet"),
}
INVITING: Final = {
    1: Word("等对方答复", "wait"),
    2: Word("合作中", "done"),
    3: Word("对方婉拒", "bad"),
    4: Word("已撤回", "quiet"),
    5: Word("合作已结束", "quiet"),
}

# Plans of the alliance: for whom they are, and what they show (reference section 7.2).
PLAN_KIND: Final = {1: "普通推广", 2: "定向推广", 3: "专属推广", 4: "机构推广"}
PLAN: Final = {
    1: Word("推广中", "done"),
    2: Word("已暂停", "quiet"),
    4: Word("已删除", "quiet"),
    5: Word("未达准入标准", "bad"),
    10: Word("还没开始", "wait"),
}

# In whose hands money of a sale comes (reference section 7.1).
HAND: Final = {
    0: "商家", 1: "带货者", 2: "带货机构", 3: "帮卖机构", 4: "推客机构", 5: "推客",
}  # fmt: skip

COMMISSION: Final = {
    20: Word("等结算", "wait"),
    100: Word("已结算", "done"),
    200: Word("已取消", "quiet"),
}

# Contents: what they are, and where they stand in their life.
CONTENT_KIND: Final = {
    "article": "文章", "short_video": "短视频", "live_room": "直播间", "mini_page": "小程序页",
}  # fmt: skip
CONTENT: Final = {
    "draft": Word("草稿", "quiet"),
    "scheduled": Word("等待定时发布", "wait"),
    "visible": Word("已发布", "done"),
    "removed": Word("已撤下", "bad"),
}
LOOK: Final = {
    "small": "小卡",
    "large": "大卡",
    "text": "文字链接",
    "bar": "条卡",
    "gift": "送礼卡",
}

# What a product may be barred from, and by which rule (reference section 3.7).
BAR: Final = {
    1: "直播间", 2: "短视频", 3: "店铺主页与橱窗", 4: "搜索", 5: "广告", 6: "订单与卡片",
    7: "优选联盟", 8: "推荐", 9: "售卖", 10: "隐藏不合规信息",
}  # fmt: skip
BAR_SOURCE: Final = {
    1: "低风险", 2: "相似品", 3: "隐藏图片", 4: "试运营类目", 5: "橱窗隐藏", 6: "极简模式",
    7: "售卖限制", 8: "库存限制（联盟观察期）",
}  # fmt: skip

# Where cards stand, as desks tell where buyers come from.
SURFACE: Final = {
    0: "其他来源", 1: "文章", 2: "短视频", 3: "直播间", 4: "小程序页", 5: "店铺主页", 6: "橱窗", 7: "搜索",
    8: "聊天", 9: "输入框口令", 10: "订单中心", 11: "商品页", 12: "礼物卡", 13: "发现页", 14: "站外网页",
    15: "二维码", 16: "短链接", 17: "口令", 18: "收藏与足迹", 19: "包裹卡",
}  # fmt: skip

# The steps of a funnel, and by what it is divided.
FUNNEL: Final = {
    "exposures": "曝光", "clicks": "点击", "carts": "加购", "orders": "下单", "pays": "付款",
    "refunds": "退款",
}  # fmt: skip
FUNNEL_BY: Final = {
    "surface": "按场景", "product": "按商品", "content": "按内容", "carrier": "按带货者",
}  # fmt: skip
FUNNEL_NONE: Final = {
    "product": "其他来源", "content": "不来自内容", "carrier": "没有带货者", "gone": "已经下架",
}  # fmt: skip

FUNDS: Final = {
    1: "订单支付", 3: "订单退款", 4: "提现", 5: "提现退票", 10: "带货佣金", 11: "平台技术服务费",
    12: "带货机构服务费",
}  # fmt: skip

# Withdrawals and who confirms them, reference section 9.4.
WITHDRAWAL: Final = {
    "INIT": Word("待确认", "wait"),
    "CREATE_SUCCESS": Word("银行处理中", "wait"),
    "SUCCESS": Word("已到账", "done"),
    "FAIL": Word("失败，已退回", "bad"),
    "REFUND": Word("银行退票，已退回", "bad"),
    "CLOSE": Word("已关闭", "quiet"),
}
WITHDRAWAL_REASON: Final = {
    one: one for one in ("银行未能入账", "银行退票", "已取消确认", "二维码已失效，未确认")
}
SCANNER: Final = {0: "其他人", 1: "管理员", 2: "次管理员"}
BANK_ACCOUNT: Final = {"ACCOUNT_TYPE_BUSINESS": "对公账户", "ACCOUNT_TYPE_PRIVATE": "个人银行卡"}

# Steps of an order's waterfall and figures of a shop's day, as the pages' code names them.
STEP: Final = {
    name: name
    for name in (
        "买家付款", "结算前退款", "平台技术服务费", "带货佣金", "结算后退款", "退回的服务费",
        "退回的佣金", "店铺所得", "今天收款", "今天退款", "今天结算", "今天付出佣金",
        "今天点击", "今天卖出", "今天带来成交", "今天的佣金", "今天的服务费",
    )
}  # fmt: skip

# What stands above the columns of tables that are taken away.
COLUMN: Final = {
    name: name
    for name in (
        "订单号", "商品", "店铺", "付款日", "实付", "佣金率", "收到", "交出", "留下", "已退回",
        "状态", "结算日", "带货者", "带来成交", "卖过的商品", "邀请日", "已结算服务费", "等结算",
        "货盘商品", "下单", "收货人", "省份",
    )
}  # fmt: skip
