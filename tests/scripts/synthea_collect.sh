#!/usr/bin/env bash
# Data that we did not write: the Synthea sample is signed by its source, collected, sealed, classified and verified.
set -euo pipefail
sample="$SLUICE_ROOT/../shared/data/samples/synthea_csv/patients.csv"
[ -f "$sample" ] || { echo "the Synthea sample (shared/data/samples) is not here"; exit 77; }
cd "$TMP"
fail() { echo "FAILED: $*"; exit 1; }
cp "$sample" patients.csv
cat > plan.yaml <<'Y'
format: sluice-plan/1
id: synthea-patients.v1
dataset: 患者（Synthea 样例）
table: patients
source: {name: 示例医院, uscc: "12449801MX0000019J"}
file_format: csv
purpose: 全流程测试
legal_basis: 合成数据，不涉及个人信息
frequency: 一次
unknown_fields: drop
fields:
  - {name: Id, title: 患者标识, type: text, required: true, key: true, necessity: 唯一标识一名患者}
  - {name: BIRTHDATE, title: 出生日期, type: date, required: true, necessity: 计算年龄段}
  - {name: DEATHDATE, title: 死亡日期, type: date, necessity: 判断在世}
  - {name: SSN, title: 社会保障号, type: text, necessity: 测试标识符识别}
  - {name: FIRST, title: 名, type: text, necessity: 测试姓名识别}
  - {name: LAST, title: 姓, type: text, necessity: 测试姓名识别}
  - {name: GENDER, title: 性别, type: text, values: [M, F], necessity: 分性别统计}
  - {name: ADDRESS, title: 住址, type: text, necessity: 测试住址识别}
  - {name: ZIP, title: 邮政编码, type: text, necessity: 分地区统计}
  - {name: HEALTHCARE_EXPENSES, title: 医疗支出, type: decimal, scale: 2, necessity: 费用统计}
control_totals: [HEALTHCARE_EXPENSES]
Y
"$SLUICE" key new --out source.key --no-passphrase --name 示例医院 > /dev/null
"$SLUICE" init space --name 示例市医疗保障局 --uscc 11509800MB00000198 > /dev/null 2>&1
rows=$(($(grep -c . patients.csv) - 1))

# Without the source's manifest the whole batch is held, and nothing is sealed.
got=0; "$SLUICE" collect --space space --plan plan.yaml --source-key source.key.pub patients.csv --json > held.json 2> err || got=$?
[ "$got" = 7 ] || { cat held.json err; exit 1; }
{ grep -q '"sealed":false' held.json && grep -q 'manifest.missing' held.json; } || fail "without a manifest the batch is held"
[ -z "$(ls space/vault)" ] || fail "nothing is sealed"
[ "$rows" -gt 20 ] || fail "the sample has rows"

"$SLUICE" manifest --plan plan.yaml --key source.key patients.csv > /dev/null
"$SLUICE" collect --space space --plan plan.yaml --source-key source.key.pub patients.csv --json > sealed.json
{ grep -q '"sealed":true' sealed.json && grep -q "\"rows\":$rows" sealed.json; } || fail "every row of the signed batch is sealed"
got=0; "$SLUICE" collect --space space --plan plan.yaml --source-key source.key.pub patients.csv > again.txt 2>&1 || got=$?
{ [ "$got" = 5 ] && grep -q 'collection.batch_known' again.txt; } || fail "the same batch twice"
"$SLUICE" ledger verify --space space --trust space/trust.txt > /dev/null
last=$(sed -n 5p patients.csv | cut -d, -f9)
[ "${#last}" -gt 3 ] || fail "a value to look for"
{ ! grep -rqaF -- "$last" space/vault; } || fail "a value lies in the clear"
"$SLUICE" classify patients.csv --json > fields.json
grep -q '"SSN"' fields.json
echo ok
