#!/usr/bin/env bash
# The main job, end to end: the story verifies; a bent passport, a bent file and a bent ledger do not.
set -euo pipefail
cd "$TMP"
"$SLUICE" demo --once --rows 3000 --dir "$TMP/demo" > story.txt 2> story.err || { cat story.txt story.err; exit 1; }
grep -q '^verified' story.txt
passport=$(ls demo/recipient/*.passport.json) file=$(ls demo/recipient/*.csv) trust=demo/recipient/trust.txt

expect() {  # expect CODE COMMAND...
  local wanted=$1 got=0; shift
  "$@" > out.txt 2>&1 || got=$?
  [ "$got" = "$wanted" ] || { echo "wanted exit $wanted, got $got: $*"; cat out.txt; exit 1; }
}
expect 0 "$SLUICE" verify "$passport" --file "$file" --trust "$trust"
expect 0 "$SLUICE" verify "$passport" --file "$(ls demo/space/releases/*.sluice)" --trust "$trust" --json
expect 6 "$SLUICE" verify "$passport" --file "$file"                      # issuer not pinned
grep -q 'not pinned' out.txt
cp "$file" bent.csv; printf '1' >> bent.csv
expect 6 "$SLUICE" verify "$passport" --file bent.csv --trust "$trust"
sed 's/"value":true/"value":false/' "$passport" > bent.json
expect 6 "$SLUICE" verify bent.json --trust "$trust"
head -c 5000 "$passport" > cut.json
expect 1 "$SLUICE" verify cut.json --trust "$trust"
expect 1 "$SLUICE" verify nowhere.json
expect 0 "$SLUICE" ledger verify --space demo/space --trust "$trust"

# Its tables refer to each other, and none is a copy of another.
"$SLUICE" ledger search --space demo/space --kind collection.batch_sealed --limit 50 --json > sealed.json
grep -q 'collection.batch_sealed' sealed.json
"$SLUICE" ledger search --space demo/space --kind collection.same_rows_found --limit 50 --json > same.json
! grep -q 'collection.same_rows_found' same.json || { echo "related tables were taken for the same rows"; cat same.json; exit 1; }

# The envelope opens with the recipient's key only.
expect 0 "$SLUICE" open --key demo/parties/insurer.key "$(ls demo/space/releases/*.sluice)" --out opened.csv
cmp opened.csv "$file"
expect 6 "$SLUICE" open --key demo/parties/agency.key "$(ls demo/space/releases/*.sluice)" --out wrong.csv
[ ! -e wrong.csv ]

# Nothing of a person lies in the clear below the space: no ID number of the source, no name column value.
certno=$(awk -F, 'NR==2{print $6}' demo/source/psn_info_b.csv)
name=$(awk -F, 'NR==2{print $2}' demo/source/psn_info_b.csv)
for secret in "$certno" "$name"; do
  [ -n "$secret" ]
  ! grep -rqaF -- "$secret" demo/space || { echo "a source value lies in the clear"; exit 1; }
done
echo ok
