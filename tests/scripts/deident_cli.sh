#!/usr/bin/env bash
# Masking on the command line: keyed techniques want a key, masked values stay well-formed, what cannot be masked fails closed.
set -euo pipefail
cd "$TMP"
fail() { echo "FAILED: $*"; exit 1; }
"$SLUICE" synth --rows 500 --seed 3 --out data > /dev/null 2>&1
cat > recipe.yaml <<'Y'
format: sluice-strategy/1
id: persons
version: "1"
fields:
  - {column: psn_no, technique: pseudonym}
  - {column: psn_name, technique: mask, first: 1, last: 0}
  - {column: certno, technique: id_number, region: 2, birth: year}
  - {column: tel, technique: suppress}
  - {column: addr, technique: suppress}
  - {column: coner_name, technique: suppress}
  - {column: brdy, technique: date, unit: year}
unlisted: keep
Y
head -c 32 /dev/urandom > key.bin
got=0; "$SLUICE" deident apply --recipe recipe.yaml data/psn_info_b.csv out.csv > log 2>&1 || got=$?
{ [ "$got" != 0 ] && grep -q 'deident.key_required' log && [ ! -e out.csv ]; } || fail "a keyed technique without a key"
"$SLUICE" deident apply --recipe recipe.yaml --key key.bin --receipt receipt.json data/psn_info_b.csv out.csv > log 2>&1
[ "$(wc -l < out.csv)" = "$(wc -l < data/psn_info_b.csv)" ]
{ head -1 out.csv | grep -q '^psn_no,psn_name,gend,brdy' && ! head -1 out.csv | grep -q tel; } || fail "the columns of the result"
# Masked ID numbers still pass the check of GB 11643, and none of the source's is left.
column=$(head -1 out.csv | tr ',' '\n' | grep -n '^certno$' | cut -d: -f1)
"$SLUICE" code check id-number "$(sed -n 2p out.csv | cut -d, -f"$column")" > /dev/null
cut -d, -f6 data/psn_info_b.csv | tail -n +2 | grep . > numbers
[ -s numbers ] || fail "the source has ID numbers"
if grep -qF -f numbers out.csv; then fail "an ID number of the source is left"; fi
# The same key and recipe give the same pseudonyms; another key does not.
"$SLUICE" deident apply --recipe recipe.yaml --key key.bin data/psn_info_b.csv again.csv > /dev/null 2>&1
cmp out.csv again.csv
head -c 32 /dev/urandom > other.bin
"$SLUICE" deident apply --recipe recipe.yaml --key other.bin data/psn_info_b.csv other.csv > /dev/null 2>&1
{ ! cmp -s out.csv other.csv; } || fail "another key gives other pseudonyms"
# A column that the strategy does not name refuses the run; nothing is written.
sed -i 's/unlisted: keep/unlisted: refuse/' recipe.yaml
got=0; "$SLUICE" deident apply --recipe recipe.yaml --key key.bin data/psn_info_b.csv none.csv > log 2>&1 || got=$?
{ [ "$got" != 0 ] && grep -q 'deident.unlisted_column' log && [ ! -e none.csv ]; } || fail "a column that nobody named"
# The receipt counts, and holds no value.
grep -q '"technique": "pseudonym"' receipt.json
{ ! grep -qF "$(sed -n 2p data/psn_info_b.csv | cut -d, -f2)" receipt.json; } || fail "the receipt holds no value"
# Enciphered ID numbers stay valid, are nobody's, and come back with the key and the strategy; not with another key.
cat > fpe.yaml <<'Y'
format: sluice-strategy/1
id: fpe
version: "1"
scope: project
unlisted: suppress
fields:
  - {column: certno, technique: format_preserving, kind: id_number}
  - {column: psn_name, technique: encrypt, mode: randomised}
  - {column: gend, technique: keep}
Y
"$SLUICE" deident apply --recipe fpe.yaml --key key.bin --by tester --receipt fpe.json data/psn_info_b.csv fpe.csv > /dev/null 2>&1
grep -q '"performed_by": "tester"' fpe.json
head -1 fpe.csv | grep -q '^psn_name,gend,certno'
for number in $(cut -d, -f3 fpe.csv | sed -n 2,20p); do "$SLUICE" code check id-number "$number" > /dev/null; done
# Restoring wants two signatures by different parties over what exactly is restored and why; without --column all that they approved comes back.
for party in officer committee stranger; do "$SLUICE" key new --out "$party" --name "$party" --no-passphrase > /dev/null 2>&1; done
refused() {
  reason=$1; shift; got=0
  "$SLUICE" deident reverse --recipe fpe.yaml "$@" fpe.csv wrong.csv > log 2>&1 || got=$?
  { [ "$got" != 0 ] && grep -q "($reason)" log && [ ! -e wrong.csv ] && [ ! -e wrong.csv.reversal.json ]; } || fail "$reason: $(cat log)"
}
"$SLUICE" deident reversal-approval --recipe fpe.yaml --receipt fpe.json --reason "核查投诉 2026-11" --until 2999-12-31 --out approval.json fpe.csv
"$SLUICE" deident reversal-approval --recipe fpe.yaml --receipt fpe.json --column certno --reason "旧案" --until 2020-01-01 --out old.json fpe.csv
for party in officer committee stranger; do
  for document in approval old; do "$SLUICE" sign --key "$party" --out "$document.$party" "$document.json"; done
done
trusted=(--approved-by officer.pub --approved-by committee.pub)
two=(--approval approval.json --signature approval.officer --signature approval.committee "${trusted[@]}")
one=(--key key.bin --receipt fpe.json --approval approval.json --signature approval.officer "${trusted[@]}")
refused deident.two_approvals_wanted --key key.bin
refused deident.two_approvals_wanted --key key.bin --receipt fpe.json
refused deident.two_approvals_wanted "${one[@]}"
refused deident.two_approvals_wanted "${one[@]}" --signature approval.officer
refused deident.two_approvals_wanted "${one[@]}" --signature approval.stranger
refused signature.wrong_document "${one[@]}" --signature old.committee
refused deident.approval_expired --key key.bin --receipt fpe.json --approval old.json --signature old.officer --signature old.committee "${trusted[@]}"
refused deident.approval_of_other --key key.bin --receipt receipt.json "${two[@]}"
refused deident.not_approved --key key.bin --receipt fpe.json "${two[@]}" --column gend
refused deident.wrong_key --key other.bin --receipt fpe.json "${two[@]}" --column psn_name
cp fpe.csv fpe.kept; sed -i '$d' fpe.csv
refused deident.approval_of_other --key key.bin --receipt fpe.json "${two[@]}"
mv fpe.kept fpe.csv; cp approval.json approval.kept; sed -i 's/核查/随便/' approval.json
refused signature.wrong_document --key key.bin --receipt fpe.json "${two[@]}"
mv approval.kept approval.json
"$SLUICE" deident reverse --recipe fpe.yaml --key key.bin --receipt fpe.json "${two[@]}" --by clerk fpe.csv back.csv > /dev/null 2>&1
python3 - <<'P'
import csv, json, subprocess
want = [(r["psn_name"], r["certno"]) for r in csv.DictReader(open("data/psn_info_b.csv", encoding="utf-8-sig"))]
assert [(r["psn_name"], r["certno"]) for r in csv.DictReader(open("back.csv", encoding="utf-8-sig"))] == want
text = open("back.csv.reversal.json").read()
record = json.loads(text)
assert record["approval"]["reason"] == "核查投诉 2026-11" and record["performed_by"] == "clerk" and record["rows"] == len(want) and len(set(record["approved_by"])) == 2, record
assert sorted(record["columns"]) == ["certno", "psn_name"] and record["key_id"] == json.load(open("fpe.json"))["key_id"], record
assert not any(v and v in text for row in want for v in row), "the record holds no value"
blocks = subprocess.run("split -b 65536 --filter='openssl dgst -sm3 -binary' back.csv | openssl dgst -sm3", shell=True, capture_output=True, text=True)
assert blocks.returncode != 0 or record["output_digest"] in blocks.stdout, "the record names the restored file"
P
"$SLUICE" deident reverse --recipe fpe.yaml --key key.bin --receipt fpe.json "${two[@]}" --column certno --record one.json fpe.csv one.csv > /dev/null 2>&1
{ grep -q '"certno"' one.json && [ ! -e one.csv.reversal.json ]; } || fail "the record goes where it is told"
cut -d, -f3 one.csv > certno.one; cut -d, -f3 back.csv > certno.back; cmp certno.one certno.back
cut -d, -f1 one.csv > name.one; cut -d, -f1 fpe.csv > name.masked; cmp name.one name.masked
# The independent check holds for what was written, and not for a file that was touched.
"$SLUICE" deident check fpe.csv --receipt fpe.json > log
"$SLUICE" deident check out.csv --receipt receipt.json > log
sed '2s/,/,张三/' fpe.csv > touched.csv
got=0; "$SLUICE" deident check touched.csv --receipt fpe.json --json > check.json || got=$?
{ [ "$got" = 6 ] && grep -q '"holds": false' check.json; } || fail "a touched file does not hold"
got=0; "$SLUICE" deident check fpe.csv --receipt fpe.json --k 1000 --qi gend,certno > /dev/null || got=$?
[ "$got" = 6 ]
# A plan from the default profile leaves no direct identifier; a bad one is told what it leaves.
"$SLUICE" deident plan data/psn_info_b.csv --out plan.json > log || [ $? = 6 ]
got=0; "$SLUICE" deident plan data/psn_info_b.csv --recipe recipe.yaml > log 2>&1 || got=$?
[ "$got" = 6 ] || [ "$got" = 0 ] || fail "a plan is judged: $got"
cat > bare.yaml <<'Y'
format: sluice-strategy/1
id: bare
version: "1"
unlisted: keep
fields:
  - {column: psn_no, technique: keep}
Y
got=0; "$SLUICE" deident plan data/psn_info_b.csv --recipe bare.yaml --json > lint.json || got=$?
{ [ "$got" = 6 ] && grep -q 'direct_identifier_kept' lint.json && grep -q 'unique_combination' lint.json; } || fail "a bare strategy is told what it leaves"
# Whose copy: marks name the recipient, and nobody where there are none.
python3 - <<'P'
import random
random.seed(4)
with open("release.csv", "w") as f:
    f.write("id,sex,dose,day\n")
    for i in range(8000):
        f.write(f"p{i},{i % 2},{random.randrange(5000)}.{random.randrange(100):02d},2024-{random.randrange(1, 13):02d}-{random.randrange(1, 29):02d}\n")
P
cat > marks.yaml <<'Y'
format: sluice-strategy/1
id: marks
version: "1"
unlisted: keep
quasi_identifiers: [sex]
k_min: 5
fields:
  - {column: id, technique: keep}
marks:
  row_key: id
  one_in: 1
  carriers:
    - {column: dose, kind: low_digit, billing: false}
    - {column: day, kind: day}
Y
"$SLUICE" deident mark --recipe marks.yaml --key key.bin --recipient 甲研究所 release.csv copy.csv > /dev/null
(head -1 copy.csv; tail -n +2 copy.csv | shuf -n 4000) > suspect.csv
printf '%s\n' 甲研究所 乙大学 丙公司 > names.txt
"$SLUICE" deident trace --recipe marks.yaml --key key.bin --recipients names.txt suspect.csv > log
{ grep -q 甲研究所 log && ! grep -q 乙大学 log; } || fail "the leaker is named, and nobody else"
got=0; "$SLUICE" deident trace --recipe marks.yaml --key key.bin --recipient 甲研究所 release.csv > log || got=$?
[ "$got" = 6 ]
echo ok
