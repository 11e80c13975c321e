"""What each fact means. The reference pages are generated from here; no fact exists without an entry."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.book.schema import RATE
from forbear.columns.dtypes import BOOL, DATE, INT, TEXT, DType


@dataclass(frozen=True)
class Fact:
    """One fact: its type, its definition, and its Chinese name."""

    name: str
    dtype: DType
    says: str
    zh: str
    group: str


_ALL = (
    Fact("loan_id", TEXT, "The lender's id of the loan.", "贷款编号", "Identity"),
    Fact("person_id", TEXT, "The lender's id of the person, one across products.", "借款人编号", "Identity"),
    Fact("business_date", DATE, "The date that all facts of the row are for.", "业务日期", "Identity"),
    Fact("product_code", TEXT, "The lender's product.", "产品代码", "Identity"),
    Fact(
        "product_kind", TEXT, "Kind of credit: instalment, revolving, card, microloan, advance.", "产品类型", "Identity"
    ),
    Fact("lender_type", TEXT, "The lender's licence.", "机构类型", "Identity"),
    Fact("currency", TEXT, "ISO 4217 code.", "币种", "Identity"),
    Fact("region_code", TEXT, "Administrative division of residence; null if unknown.", "地区代码", "Identity"),
    Fact("team", TEXT, "The lender's team that works the loan; null if none.", "团队", "Identity"),
    Fact("agency_id", TEXT, "The agency it is placed with; null if in-house.", "委外机构", "Identity"),
    Fact("language", TEXT, "The language the person is written to in.", "语言", "Identity"),
    Fact(
        "time_zone",
        TEXT,
        "The person's own zone, else the book's; null where the name given is no zone.",
        "时区",
        "Identity",
    ),
    Fact(
        "utc_offset_minutes_difference",
        INT,
        "The person's clock less the law's own clock at noon of the date, in minutes; null when either is unknown.",
        "与法定时钟的时差（分钟）",
        "Identity",
    ),
    Fact(
        "is_open",
        BOOL,
        "Something is still owed on the date and the ledger has not closed the loan.",
        "是否未结清",
        "State",
    ),
    Fact("ledger_status", TEXT, "The ledger's word for that date, as on the loan.", "台账状态", "State"),
    Fact("months_on_book", INT, "Days since disbursal × 12 ÷ 365, truncated.", "账龄月数（自放款）", "State"),
    Fact(
        "days_past_due",
        INT,
        "Days from the due date of the oldest instalment with more than the tolerance unpaid to the date, "
        "less the days of that interval that lie in any pause (each counted once); 0 up to the grace "
        "days. Due today is not overdue.",
        "逾期天数",
        "Age",
    ),
    Fact(
        "bucket",
        TEXT,
        "The configured bucket that holds the days past due: M0, M1 … M6, M6+ by default.",
        "逾期阶段",
        "Age",
    ),
    Fact(
        "asset_class",
        TEXT,
        "Five-category class by days past due, from the bounds of the loaded law; null when it sets none.",
        "五级分类",
        "Age",
    ),
    Fact(
        "oldest_unpaid_due_on",
        DATE,
        "Due date of the oldest overdue instalment; null when none is overdue.",
        "最早未还期应还日",
        "Age",
    ),
    Fact(
        "next_due_on",
        DATE,
        "Due date of the next unpaid instalment from the date on; null if none.",
        "下一应还日",
        "Age",
    ),
    Fact("days_to_next_due", INT, "Days from the date to the next due date.", "距下一应还日天数", "Age"),
    Fact(
        "instalments_overdue_count",
        INT,
        "Instalments due before the date with more than the tolerance unpaid.",
        "逾期期数",
        "Age",
    ),
    Fact(
        "paused_days",
        INT,
        "Days taken off the days past due: the overdue interval intersected with the union of pauses.",
        "暂停计龄天数",
        "Age",
    ),
    Fact("is_ageing_paused", BOOL, "A pause of ageing covers the date.", "是否暂停计龄", "Age"),
    Fact(
        "is_first_payment_default",
        BOOL,
        "The oldest overdue instalment is the first of the schedule.",
        "是否首逾",
        "Age",
    ),
    Fact("overdue_cents", INT, "Unpaid of the overdue instalments, all components.", "逾期金额", "Money"),
    Fact("overdue_principal_cents", INT, "Its principal.", "逾期本金", "Money"),
    Fact("overdue_interest_cents", INT, "Its interest.", "逾期利息", "Money"),
    Fact("overdue_penalty_cents", INT, "Its penalty interest and late fees.", "逾期罚息", "Money"),
    Fact("overdue_fee_cents", INT, "Its other fees.", "逾期费用", "Money"),
    Fact("outstanding_cents", INT, "Unpaid of the whole schedule, due or not.", "未还余额", "Money"),
    Fact("outstanding_principal_cents", INT, "Its principal.", "未还本金", "Money"),
    Fact("outstanding_interest_cents", INT, "Its interest.", "未还利息", "Money"),
    Fact("outstanding_penalty_cents", INT, "Its penalty interest and late fees.", "未还罚息", "Money"),
    Fact("outstanding_fee_cents", INT, "Its other fees.", "未还费用", "Money"),
    Fact("paid_cents", INT, "Payments that count on the date.", "已还金额", "Money"),
    Fact("overpaid_cents", INT, "Paid beyond the whole schedule.", "多还金额", "Money"),
    Fact("paid_30_days_cents", INT, "Payments with value dates of the last 30 days.", "近30天还款", "Money"),
    Fact("in_flight_cents", INT, "Payments under way with value dates near the date.", "在途金额", "Money"),
    Fact("has_payment_in_flight", BOOL, "A payment is under way.", "是否有在途还款", "Money"),
    Fact("last_payment_on", DATE, "Latest value date of a payment that counts.", "最近还款日", "Money"),
    Fact("days_since_last_payment", INT, "Days since then.", "距最近还款天数", "Money"),
    Fact(
        "all_in_annual_rate",
        RATE,
        "All-in annual cost: as stated by the lender, else interest and fees of the schedule ÷ Σ "
        "(principal × years outstanding), to the basis point. A fraction: 0.24 is 24 %.",
        "综合年化成本",
        "Cost",
    ),
    Fact(
        "is_over_rate_ceiling",
        BOOL,
        "It exceeds the ceiling of the loaded law; null when either is unknown.",
        "是否超过利率上限",
        "Cost",
    ),
    Fact(
        "earlier_delinquencies_count",
        INT,
        "Instalments of all the person's loans that were not fully paid on their due date and have been "
        "paid since. Counted for people with something overdue; 0 for others.",
        "历史逾期期数",
        "History",
    ),
    Fact("promises_made_count", INT, "Promises made by the date and not taken back.", "承诺次数", "History"),
    Fact("promises_kept_count", INT, "Those for which enough arrived in time.", "守诺次数", "History"),
    Fact("promises_broken_count", INT, "Those whose time has passed without it.", "跳票次数", "History"),
    Fact("has_open_promise", BOOL, "A promise is neither kept nor past its time.", "是否有未到期承诺", "History"),
    Fact("promise_due_on", DATE, "Nearest due date of the open promises.", "承诺到期日", "History"),
    Fact("promise_amount_cents", INT, "Sum of the open promises.", "承诺金额", "History"),
    Fact(
        "days_since_promise_broken", INT, "Days since the last broken promise's last day.", "距最近跳票天数", "History"
    ),
    Fact(
        "attempts_count",
        INT,
        "Outbound attempts to collect or to locate, since the person's oldest overdue due date, over all "
        "loans, channels, agencies and bots. This and the counts below are null for a person with nothing "
        "overdue or due soon.",
        "触达次数（本次逾期）",
        "Reachability",
    ),
    Fact("attempts_7_days_count", INT, "Those of the last 7 local days.", "近7天触达次数", "Reachability"),
    Fact("attempts_30_days_count", INT, "Those of the last 30 local days.", "近30天触达次数", "Reachability"),
    Fact("attempt_days_count", INT, "Different days with an attempt, since.", "触达天数", "Reachability"),
    Fact(
        "failed_attempts_count",
        INT,
        "Attempts since that reached nobody: no answer, busy, voicemail, dead number, undelivered, not "
        "met, wrong person.",
        "触达失败次数",
        "Reachability",
    ),
    Fact("channels_tried_count", INT, "Different channels tried since.", "已试渠道数", "Reachability"),
    Fact(
        "right_party_contacts_count",
        INT,
        "Contacts since in which the person was identified.",
        "有效联络次数",
        "Reachability",
    ),
    Fact("inbound_contacts_count", INT, "Contacts since that the person began.", "主动来电/来信次数", "Reachability"),
    Fact("visits_made_count", INT, "Visits since.", "上门次数", "Reachability"),
    Fact("days_since_last_attempt", INT, "Days since the last attempt.", "距最近触达天数", "Reachability"),
    Fact("days_since_last_visit", INT, "Days since the last visit.", "距最近上门天数", "Reachability"),
    Fact(
        "days_since_right_party_contact",
        INT,
        "Days since the last right-party contact.",
        "距最近有效联络天数",
        "Reachability",
    ),
    Fact(
        "days_silent",
        INT,
        "Days since the last sign of life: right-party or inbound contact, a payment, or the day the "
        "person fell overdue.",
        "沉默天数",
        "Reachability",
    ),
    Fact(
        "last_attempt_channel",
        TEXT,
        "Channel of the last attempt; of several on one day the one that the list of channels names last.",
        "最近触达渠道",
        "Reachability",
    ),
    Fact(
        "is_lost_contact",
        BOOL,
        "Lost contact: enough attempts on enough days by enough channels, nobody identified, nothing "
        "inbound, long silence (thresholds in the settings).",
        "是否失联",
        "Reachability",
    ),
    Fact("stalling_count", INT, "Contacts since in which the person stalled.", "推诿次数", "Attitude"),
    Fact("refusal_count", INT, "Contacts since in which the person refused to pay.", "拒绝还款次数", "Attitude"),
    Fact(
        "willing_count", INT, "Contacts since in which the person showed willingness.", "表示愿意还款次数", "Attitude"
    ),
    Fact(
        "last_attitude",
        TEXT,
        "Attitude on the last day that recorded one: willing, stalling, refusing, hardship; of several on it the last of these.",
        "最近态度",
        "Attitude",
    ),
    Fact(
        "reason_code",
        TEXT,
        "The reason for default last given; of several on one day the one that the book's list names last.",
        "逾期原因",
        "Attitude",
    ),
    Fact(
        "has_shown_willingness",
        BOOL,
        "Said so, kept a promise, paid something in 30 days, or got in touch.",
        "是否表现还款意愿",
        "Attitude",
    ),
    Fact("monthly_income_cents", INT, "As on the borrower's row.", "月收入", "Ability"),
    Fact(
        "burden_percent",
        INT,
        "Instalments of all the person's open loans due within 30 days ÷ monthly income × 100, truncated.",
        "还款负担率",
        "Ability",
    ),
    Fact(
        "ability",
        TEXT,
        "low, medium or high by the burden (settings); null when income is unknown. Low ability leads to relief.",
        "还款能力",
        "Ability",
    ),
    Fact(
        "has_hardship_signal",
        BOOL,
        "A hardship hold, a hardship attitude, or a reason of job loss, illness, sudden event or living cost.",
        "是否有困难信号",
        "Ability",
    ),
    Fact("has_dispute", BOOL, "A dispute is open on the loan.", "是否有争议", "Holds and standing"),
    Fact("has_hardship", BOOL, "Hardship is accepted for the person.", "是否困难认定", "Holds and standing"),
    Fact("has_bereavement", BOOL, "A bereavement hold is in force.", "是否丧亲", "Holds and standing"),
    Fact("has_bankruptcy", BOOL, "Bankruptcy proceedings.", "是否破产", "Holds and standing"),
    Fact("has_moratorium", BOOL, "A moratorium is in force.", "是否延期/停催期", "Holds and standing"),
    Fact("has_legal", BOOL, "The loan is in legal proceedings.", "是否诉讼中", "Holds and standing"),
    Fact("has_complaint", BOOL, "A complaint is open.", "是否投诉中", "Holds and standing"),
    Fact(
        "has_settled_elsewhere",
        BOOL,
        "The person says it was settled elsewhere; being checked.",
        "是否称已在他处结清",
        "Holds and standing",
    ),
    Fact(
        "has_no_contact_order", BOOL, "An authority has ordered no contact.", "是否有禁止联系令", "Holds and standing"
    ),
    Fact("has_grace", BOOL, "A grace period was granted.", "是否宽限期", "Holds and standing"),
    Fact(
        "has_identity_theft",
        BOOL,
        "The person says the loan is not his; being checked.",
        "是否疑似冒名",
        "Holds and standing",
    ),
    Fact("is_deceased", BOOL, "The person has died.", "是否已故", "Holds and standing"),
    Fact("legal_capacity", TEXT, "full, limited or none.", "行为能力", "Holds and standing"),
    Fact(
        "is_minor",
        BOOL,
        "Below the law's age by date of birth where both are known; else true when the stated capacity is not full.",
        "是否未成年",
        "Holds and standing",
    ),
    Fact("has_representative", BOOL, "A representative speaks for the person.", "是否有代理人", "Holds and standing"),
    Fact(
        "has_active_arrangement",
        BOOL,
        "An arrangement is signed, running and not broken.",
        "是否有生效协议",
        "Holds and standing",
    ),
    Fact("arrangement_kind", TEXT, "Its kind.", "协议类型", "Holds and standing"),
    Fact(
        "is_arrangement_breached",
        BOOL,
        "An arrangement was broken, and none is running since.",
        "是否违反协议",
        "Holds and standing",
    ),
    Fact("arrangements_breached_count", INT, "How many were broken.", "违反协议次数", "Holds and standing"),
    Fact(
        "mobile_point_id",
        TEXT,
        "Best usable telephone point of the person; null if none is known to be usable.",
        "最佳电话触点",
        "Contactability",
    ),
    Fact("mobile_point_source", TEXT, "Where the lender has it from.", "电话来源", "Contactability"),
    Fact("mobile_point_state", TEXT, "valid or unknown.", "电话状态", "Contactability"),
    Fact(
        "email_point_id",
        TEXT,
        "Best usable e-mail point of the person; null if none is known to be usable.",
        "最佳邮箱触点",
        "Contactability",
    ),
    Fact("email_point_source", TEXT, "Where the lender has it from.", "邮箱来源", "Contactability"),
    Fact("email_point_state", TEXT, "valid or unknown.", "邮箱状态", "Contactability"),
    Fact(
        "app_point_id",
        TEXT,
        "Best usable app point of the person; null if none is known to be usable.",
        "最佳应用触点",
        "Contactability",
    ),
    Fact("app_point_source", TEXT, "Where the lender has it from.", "应用来源", "Contactability"),
    Fact("app_point_state", TEXT, "valid or unknown.", "应用状态", "Contactability"),
    Fact(
        "im_point_id",
        TEXT,
        "Best usable instant-message point of the person; null if none is known to be usable.",
        "最佳即时通讯触点",
        "Contactability",
    ),
    Fact("im_point_source", TEXT, "Where the lender has it from.", "即时通讯来源", "Contactability"),
    Fact("im_point_state", TEXT, "valid or unknown.", "即时通讯状态", "Contactability"),
    Fact(
        "address_point_id",
        TEXT,
        "Best usable postal point of the person; null if none is known to be usable.",
        "最佳地址触点",
        "Contactability",
    ),
    Fact("address_point_source", TEXT, "Where the lender has it from.", "地址来源", "Contactability"),
    Fact("address_point_state", TEXT, "valid or unknown.", "地址状态", "Contactability"),
    Fact("refuses_voice", BOOL, "The person refused calls.", "是否拒绝电话", "Contactability"),
    Fact("refuses_sms", BOOL, "The person refused text messages.", "是否拒绝短信", "Contactability"),
    Fact("refuses_push", BOOL, "The person refused push messages.", "是否拒绝推送", "Contactability"),
    Fact("refuses_email", BOOL, "The person refused e-mail.", "是否拒绝邮件", "Contactability"),
    Fact("refuses_im", BOOL, "The person refused instant messages.", "是否拒绝即时消息", "Contactability"),
    Fact("refuses_visit", BOOL, "The person refused visits.", "是否拒绝上门", "Contactability"),
    Fact(
        "has_night_consent",
        BOOL,
        "An individual consent to contact at night is in force.",
        "是否单独同意夜间联系",
        "Contactability",
    ),
    Fact(
        "has_boilerplate_night_consent",
        BOOL,
        "Only a clause in a form contract allows it.",
        "仅格式条款同意夜间联系",
        "Contactability",
    ),
    Fact(
        "has_home_entry_consent",
        BOOL,
        "An individual consent to enter the home is in force.",
        "是否同意入户",
        "Contactability",
    ),
    Fact(
        "agreed_attempts_max",
        INT,
        "Attempts a day that the person agreed to; null if none.",
        "约定每日次数上限",
        "Contactability",
    ),
    Fact(
        "has_local_agency",
        BOOL,
        "A visiting team works in the area; null if unknown.",
        "当地是否有外访力量",
        "Contactability",
    ),
    Fact("person_overdue_cents", INT, "Overdue over all loans of the person.", "人维度逾期金额", "Person"),
    Fact("person_outstanding_cents", INT, "Outstanding over all loans.", "人维度余额", "Person"),
    Fact("person_days_past_due", INT, "The largest days past due.", "人维度最大逾期天数", "Person"),
    Fact("person_loans_open_count", INT, "Open loans.", "在贷笔数", "Person"),
    Fact("person_loans_overdue_count", INT, "Loans with something overdue.", "逾期笔数", "Person"),
    Fact(
        "person_has_payment_in_flight", BOOL, "A payment is under way on some loan.", "人维度是否有在途还款", "Person"
    ),
)

FACTS: dict[str, Fact] = {fact.name: fact for fact in _ALL}
