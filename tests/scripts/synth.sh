#!/usr/bin/env bash
# sluice synth: the same seed gives the same tables; the counts of dirty rows are said.
set -euo pipefail
"$SLUICE" synth --rows 3000 --seed 5 --dirty 20 --out "$TMP/a" --json > "$TMP/a.json"
"$SLUICE" synth --rows 3000 --seed 5 --dirty 20 --out "$TMP/b" --json > "$TMP/b.json"
cmp "$TMP/a.json" "$TMP/b.json"
for table in psn_info_b fixmedins_b dr_info_b mdtrt_d setl_d fee_list_d rx_d hilist_b; do
  cmp "$TMP/a/$table.csv" "$TMP/b/$table.csv"
  [ -s "$TMP/a/$table.csv.manifest.json" ] && [ -s "$TMP/a/plans/$table.yaml" ] || { echo "$table: manifest or plan is missing"; exit 1; }
done
grep -q '"duplicate":' "$TMP/a.json"
code=0; "$SLUICE" synth --rows x --out "$TMP/c" 2>/dev/null || code=$?
[ "$code" = 2 ]
