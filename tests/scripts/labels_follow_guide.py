#!/usr/bin/env python3
"""The labelled columns follow the labelling rules of docs/CLASSIFICATION.md where different readers had read differently: each
rule below says which columns it speaks of, by name or by the headline of the comment, and what they are. A label is never
taken from the classifier. `--write` puts right what a rule says is wrong.

And the same name has the same category and level everywhere, unless tests/labels/borders.csv says that its meaning leans on the
table it stands in, and which places it may have. One-word names (code, 状态) lean on the table by nature. `--borders` writes
that list anew: read its difference before it is committed.

tests/labels/wide were written to teach words: the rules hold for them as well; a name of theirs must stand where it stands in the other
schemas, if it stands at one place there.  `--wide` lists the names that stand at several places in the wide schemas themselves."""
import csv, io, os, pathlib, re, sys

ROOT = pathlib.Path(os.environ.get("SLUICE_ROOT", pathlib.Path(__file__).resolve().parents[2]))
LABELS, FIELDS = ROOT / "tests/labels", ROOT.parent / "shared/data/fields"

# What whole tables are (a special disease, an epidemic, a cause of death) no rule for single columns changes.
WHOLE_TABLES = {"special_disease", "epidemic", "surveillance", "vaccination", "genetic", "audit_lead"}
HANDLED_ZH = "审核|审批|复核|核实|提交|上传|打印|归档|同步|作废"
HANDLED_EN = "audit|submit|submitted|upload|uploaded|print|printed|archive|archived|sync|synced|void|voided"
STOCK_TABLE = "库存|入库|出库|盘点|结转|进销|库房|药库|_kc$|^stk_|stock|inventory|stro_"

# rule → (headline of comment or Chinese name, Latin name, table must match, labels it may correct (empty: any), type)
RULES = {
    "the time at which a record was handled": (f"^({HANDLED_ZH})(日期)?时间$|^({HANDLED_ZH})日期$", f"(^|_)({HANDLED_EN})_?(time|date|at)$", "^(?!.*claim)", {"care_time", "settlement_time", "technical"}, "technical_time"),
    "who handled a record, when not named by trade": ("^(审核|审批|复核|操作|经办|录入|填报|打印|提交|作废)[人员者](姓名|工号|编码|编号|代码|ID|id)?$|^(收费|收款|收银)员(姓名|工号|编码|编号|代码|ID|id)?$|^医疗机构填报人$", "^(operator|cashier|reviewed_by|approved_by|entered_by|submitted_by)(_?(id|name|main_id))?$", "", {"staff_name", "staff_code", "person_name"}, "technical_person"),
    "whether a record was handled": (f"^(是否)?({HANDLED_ZH})(标志|标识|状态)?$", f"^(is_)?({HANDLED_EN})_?(flag|status|state)$", "", {"care_event", "payment_way", "insurance_type"}, "flag"),
    "the state of a work flow": ("^流程状态$", "(^|_)workflow_status$", "", {"care_event"}, "status"),
    "the version of a record": ("^版本号$", "^version(_no|_number)?$", "", set(), "technical"),
    "the place of an attachment": ("^附件(地址|链接)$", "^attachment_url$", "", {"record_text"}, "url"),
    "the kind of an insured person": ("^特殊人员类型$", "^sp_psn_type$", "", {"insurance_type"}, "person_type"),
    "where a person is insured": ("^参保地(医保|行政)?(区划)?(代码)?$", "^insu(plc|_admdvs)$", "", {"insurance_type", "region_code"}, "person_region"),
    "where care was given": ("^就医地(医保)?区划$", "^mdtrtarea_admvs$", "", {"person_region"}, "region_code"),
    "the condition on admission": ("^入院病情(类型|代码|名称)?$", "^(adm_cond_type|admission_condition|admit_condition)$", "", {"diagnosis", "care_event"}, "condition"),
    "how a patient left": ("^(离院|出院)方式(代码|名称)?$", "(^|_)(discharge_?(disposition|status)|disch_disposition)(_text|_cd)?$", "^(?!.*([Bb]enefit|claims))", {"care_event"}, "condition"),
    "a complication": ("^(术后)?并发症$", "^complications?$", "^(?!.*([Dd]eliver))", {"condition"}, "diagnosis"),
    "why a patient came": ("^(入院|就诊)原因$", "^(reason_?for_?visit|visit_?reason|admission_?reason)$", "", {"care_event", "diagnosis"}, "chief_complaint"),
    "where a household is registered": ("^户[口籍]所在地$", "", "", {"native_place", "person_region"}, "address"),
    "batch and expiry of goods in stock": ("^(生产|药品)?批号$|^(有效期|效期|药品效期|有效期至|生产日期)$", "^(batch_?(no|number)|expir[ey]_?date|production_date)$", STOCK_TABLE, {"drug_attribute"}, "stock"),
    "facts of a supplier": ("^(联系人|联系电话|电子邮箱|邮箱|税号)$", "", "[Ss]upplier", {"contact_name", "institution_info", "phone", "uscc"}, "supplier"),
    "the key of a note": ("", "^notes_?id$", "", {"record_text"}, "row_id"),
    "what a card says besides its number": ("", "^card_brand$", "", set(), "payment_way"),
    "when a record's quality was checked": ("^质控(日期|时间)$", "^(quality_control_date|date_of_control_quality)$", "", {"care_time"}, "technical_time"),
    "when care was signed for": ("^签名(日期)?时间$|^签名日期$", "^signature_time$", "", {"technical_time"}, "care_time"),
    "the weight at birth": ("^(新生儿)?出生体重$", "^(newborn_)?birth_?weight(_g)?$|^weight_birth$|^nwb_bir_wt$", "", {"vital_sign"}, "birth"),
    "what an injury came from": ("^损伤、?中毒的?外部(原因|因素)$", "", "", {"condition"}, "diagnosis"),
    "a patient's number in pathology or imaging": ("^([Xx]线|X光|CT|MRI|放射|影像|超声|病理|心电|内镜)号$|^病理检查号$", "", "", {"order_form_no"}, "inpatient_no"),
    "a marker of hepatitis B or C": ("^(乙肝表面抗原|丙肝抗体|HbsAg|HBsAg|HCV-Ab)$", "", "", {"test_result"}, "special_disease"),
    "the grade of a chargeable item": ("^收费项目等级$", "^chrgitm_lv$", "", {"reimbursement"}, "fee_item"),
    "the year of a budget": ("^预算年度$", "^budget_year$", "", {"time"}, "finance"),
    "whether a record is valid": ("^有效标志$", "^vali_flag$", "", {"insurance_type"}, "flag"),
    "the number of an examination's request": ("^体检(编号|号)$", "^accession_(no|number)$", "", {"test_result", "inpatient_no"}, "order_form_no"),
    "what was noted while a record was handled": ("^审核备注$", "^audit_remark$", "", {"order", "operation"}, "technical"),
    "a retail price": ("^(平均)?零售价$", "^(avg_)?(sell|retail)_price$", "", {"purchase_price"}, "retail_price"),
    "how a patient left, written together": ("", "^(hospital|unit)discharge(status|location)$", "", {"death"}, "condition"),
    "when a note was signed": ("", "^signed_(date_time|date|time)$", "", {"technical_time"}, "care_time"),
    "the running number of a visit": ("^就诊流水号$", "", "", {"visit_no"}, "inpatient_no"),
    "the id of a stay": ("^住院ID$", "", "", {"row_id"}, "visit_no"),
    "the remark of a person's base record": ("", "^aae013$", "", {"record_text"}, "remark"),
    "a physician or pharmacist who audits": ("^审核(医生|医师|药师|护士)(ID|编码|编号|工号)$", "", "", {"technical_person"}, "staff_code"),
    "at which grade an institution settles": ("^医保结算等级$", "", "", {"reimbursement"}, "institution_info"),
    "a visit that was given back": ("^退号标志$", "", "", {"flag"}, "care_event"),
    "the result of a skin test": ("^皮试结果$", "", "", {"drug_use"}, "allergy"),
    "when an illness began or was diagnosed": ("^(发病|诊断)日期(时间)?$", "", "", {"medical_history", "diagnosis"}, "care_time"),
    "whether a patient follows advice": ("^遵医行为$", "", "", {"care_event"}, "lifestyle"),
    "a summary of the history": ("^病史摘要$", "", "", {"record_text"}, "medical_history"),
    "what a drug did": ("^药物不良反应$", "", "", {"care_event", "drug_use"}, "condition"),
    "how an operation went": ("^手术结果$", "", "", {"operation"}, "condition"),
    "whether an entry is void": ("^作废判别$", "", "", {"payment_way"}, "flag"),
    "an outpatient's number": ("^门诊号$", "", "", {"visit_no", "order_form_no"}, "inpatient_no"),
    "when a cost arose": ("^费用发生(日期|时间)$", "^fee_ocur_time$", "", {"settlement_time"}, "care_time"),
    "which bank a person has an account with": ("开户(银)?行(名称|代码)?$|^银行名称$", "(^|_)(bank_?name|routing_?number|rtng_nbr|sort_?code)$", "", {"bank_card"}, "payment_way"),
    "from when to when the care of a claim went": ("", "^cl(ai)?m_(from|start|thru|through|end)_(date|dt)$", "", {"settlement_time"}, "care_time"),
    "from when to when a line of a claim went": ("", "^(from|to)_?date$", "[Cc]laim", {"settlement_time"}, "care_time"),
    "a card number, whole or in part": ("", "^card_last4$", "", set(), "bank_card"),
}


def headline(comment):
    return re.split(r"[（(，,：:；;。 /]", comment.strip())[0]


def snake(name):
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def types():
    found = re.findall(r"\{id: (\w+),.*?category: (\w+),.*?level: (\d)", (ROOT / "rules/types.yaml").read_text())
    return {name: (category, level) for name, category, level in found}


def said_of(table, column, comment, label):
    """The rule that the label breaks, and the type that it asks for."""
    words = [headline(comment), column]
    for rule, (zh, en, where, wrong, wanted) in RULES.items():
        spoken = (zh and any(re.search(zh, w) for w in words)) or (en and re.search(en, snake(column)))
        if spoken and re.search(where, table) and label != wanted and (not wrong or label in wrong):
            return rule, wanted
    return None


def comments_of(path):
    if path.parent.name in ("own", "wide"):
        return None
    fields = FIELDS / f"fields_{path.stem}.csv"
    return {(r["table"], r["column"]): r["comment"] for r in csv.DictReader(fields.open(encoding="utf-8-sig"))} if fields.exists() else {}


def name_of(column, comment):
    """What a column is called: its Chinese headline, or its Latin name in words; empty when that is a single word."""
    said = headline(comment) if re.search("[\u4e00-\u9fff]", comment) else column
    if re.search("[\u4e00-\u9fff]", said):
        return said if len(said) >= 3 else ""
    return snake(said) if "_" in snake(said).strip("_") else ""


def borders_broken(places, wide):
    """Names that stand at more than one place without being listed; with `--borders` the list itself."""
    path = LABELS / "borders.csv"
    differ = {name: sorted(p) for name, p in sorted(places.items()) if len(p) > 1}
    if "--borders" in sys.argv:
        for name, found in wide.items():
            if len(places.get(name, {})) == 1 and any(p not in places[name] for p in found):
                differ[name] = sorted({*places[name], *found})
        path.write_text("name,places\n" + "".join(f'"{name}",{" ".join(p)}\n' for name, p in sorted(differ.items())), encoding="utf-8")
    listed = {r["name"]: r["places"].split() for r in csv.DictReader(path.open(encoding="utf-8"))}
    out = []
    for name, found in differ.items():
        more = [p for p in found if p not in listed.get(name, [])]
        if more:
            where = "; ".join(f"{places[name][p][0]} is {p}" for p in found)
            out.append(f"“{name}” is read differently: {where}. One rule should say which, or borders.csv that it leans on the table")
    return out


def wide_against(places, wide):
    """Names of the wide schemas that stand elsewhere than in all others, without being listed."""
    listed = {r["name"]: r["places"].split() for r in csv.DictReader((LABELS / "borders.csv").open(encoding="utf-8"))}
    out = []
    for name, found in sorted(wide.items()):
        before = places.get(name, {})
        more = [p for p in found if before and p not in before and p not in listed.get(name, [])]
        if "--wide" in sys.argv and not before and len(found) > 1:
            print(f"“{name}” in the wide schemas: " + "; ".join(f"{w[0]} is {p}" for p, w in sorted(found.items())))
        if len(before) == 1 and more:
            out.append(f"“{name}” is {' '.join(before)} ({next(iter(before.values()))[0]}), but {'; '.join(f'{found[p][0]} is {p}' for p in more)}")
    return out


def main():
    known, broken, places, wide = types(), [], {}, {}
    for path in [LABELS / f"{n}.csv" for n in ("hms", "hsa_his", "medimodel")] + sorted((LABELS / "own").glob("*.csv")) + sorted((LABELS / "wide").glob("*.csv")):
        comments = comments_of(path)
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        kind = "label" if comments is None else "type"
        for row in rows:
            comment = row["comment"] if comments is None else comments.get((row["table"], row["column"]), "")
            wrong = None if row[kind] in WHOLE_TABLES else said_of(row["table"], row["column"], comment, row[kind])
            if wrong:
                broken.append(f"{path.stem} {row['table']}.{row['column']}: {row[kind]}, but {wrong[0]} is {wrong[1]}")
                row[kind] = wrong[1]
            if (row["category"], row["level"]) != known[row[kind]]:
                if not wrong:
                    broken.append(f"{path.stem} {row['table']}.{row['column']}: {row[kind]} is {' '.join(known[row[kind]])}, not {row['category']} {row['level']}")
                row["category"], row["level"] = known[row[kind]]
            # In a table that is about a disease or a death as a whole, names say less than the table.
            if (name := name_of(row["column"], comment)) and row[kind] not in WHOLE_TABLES | {"death", "birth"}:
                (wide if path.parent.name == "wide" else places).setdefault(name, {}).setdefault(row["category"] + row["level"], []).append(f"{path.stem} {row['table']}.{row['column']}")
        if "--write" in sys.argv:
            text = io.StringIO()
            writer = csv.DictWriter(text, fieldnames=rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            path.write_text(text.getvalue(), encoding="utf-8")
    differing = borders_broken(places, wide) + wide_against(places, wide)
    print("\n".join(broken + differing))
    print(f"{len(broken)} labels break a rule; {len(differing)} names are read differently")
    broken += differing
    sys.exit(1 if broken and "--write" not in sys.argv else 0)


main()
