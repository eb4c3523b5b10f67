"""Both languages say the same things, in the words of the glossary."""

import ast
import re
import string
from pathlib import Path

import pytest

import bhxh_forecast.reporting as reporting
from bhxh_forecast.reporting.headline import TARGET_ORDER
from bhxh_forecast.reporting.run_tables import TABLES
from bhxh_forecast.reporting.text import Text, catalogue

VI, EN = catalogue("vi"), catalogue("en")
FORBIDDEN = (
    "đòn bẩy", "thế giới", "khoảng tin cậy", "biên độ", "người chi trả", "mai táng phí", "trợ giá", "mật độ tham gia",
    "ngân sách trung ương hỗ trợ", "sự nghiệp", "tỷ lệ hấp thụ", "khoảng trống",
)  # fmt: skip
FORBIDDEN_EN = ("confidence interval", "payer", "lever", "recommended provision")
BASES = "working_age_population lfs_15plus lfs_working_age agency agency_voluntary past_retirement_age none"
SERIES = """
csi_participants si_participants vsi_participants vsi_paying ui_participants pension_monthly_beneficiaries
social_pension_beneficiaries csi_share si_share vsi_share ui_share old_age_share satisfaction e_transactions
transaction_hours online_services_level4
"""
PROGRAMMES = """
vsi_state_support vsi_city_top_up vsi_maternity social_pension social_pension_city_increment health_cards
funeral_support outreach inspection service agents_commission ui_state_support participant_contributions
"""
SOURCES = "city commune central central_targeted participant employer si_fund ui_fund undetermined all"
CLOSED_LISTS = {
    "base": BASES.split(),
    "series": SERIES.split(),
    "programme": PROGRAMMES.split(),
    "funding_source": SOURCES.split(),
    "legal_origin": ["government_norm", "city_resolution", "none", "all"],
    "spending_field": ["social_protection", "health_population_family", "other", "all"],
    "target_short": list(TARGET_ORDER),
    "target_phrase": list(TARGET_ORDER),
    "table_name": list(TABLES),
    "phase": ["history", "nowcast", "projection"],
}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_places() -> None:
    assert set(VI) == set(EN)
    for key in VI:
        assert places(VI[key]) == places(EN[key]), key


@pytest.mark.parametrize("kind", CLOSED_LISTS)
def test_every_member_of_a_closed_list_has_a_name(kind: str) -> None:
    missing = [name for name in CLOSED_LISTS[kind] if f"{kind}.{name}" not in VI]
    assert missing == []


def test_words_that_mislead_a_finance_department_are_not_used() -> None:
    found = [(key, word) for key, text in VI.items() for word in FORBIDDEN if word in text.lower()]
    found += [(key, word) for key, text in EN.items() for word in FORBIDDEN_EN if word in text.lower()]
    assert found == []


def test_the_states_rate_is_never_called_central_budget() -> None:
    assert "trung ương" not in VI["programme.vsi_state_support"]
    assert "central" not in EN["programme.vsi_state_support"]


def test_vietnamese_texts_carry_diacritics() -> None:
    sentences = [text for text in VI.values() if len(text.split()) > 6]
    assert all(
        re.search(r"[àáạảãâầấậẩẫăằắặẳẵèéẹẻẽêềếệểễìíịỉĩòóọỏõôồốộổỗơờớợởỡùúụủũưừứựửữỳýỵỷỹđ]", s.lower())
        for s in sentences
    )


def test_the_agreed_words() -> None:
    assert VI["verdict.likely"] == "có khả năng hoàn thành"
    assert VI["verdict.effort"] == "cần phấn đấu mới hoàn thành"
    assert VI["verdict.hard"] == "khó hoàn thành"
    assert VI["verdict.very_hard"] == "rất khó hoàn thành nếu không có giải pháp bổ sung"


def test_every_key_named_in_the_code_exists() -> None:
    wanted = set()
    for path in Path(reporting.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            key = node.args[0].value
            if name in ("t", "text") and isinstance(key, str) and "." in key:
                wanted.add(key)
    assert len(wanted) > 50
    assert wanted - set(VI) == set()


def test_a_misspelled_key_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"table\.total"):
        Text("vi")("table.totl")


def test_labels_and_units_fall_back_to_what_the_data_say() -> None:
    text = Text("vi")
    assert text.label("indicator", "something_new") == "something_new"
    assert text.unit("VND/month") == "đồng/tháng"
    assert text.unit("-") == ""
    assert text.unit("ells per fortnight") == "ells per fortnight"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="vi, en"):
        catalogue("fr")
