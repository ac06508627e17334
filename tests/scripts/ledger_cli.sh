#!/usr/bin/env bash
# What anyone may do with a ledger's file and no secret: verify, prove, checkpoint, search, export; and what is found out.
set -euo pipefail
fails() { echo "FAILED: $*"; exit 1; }
expect() {  # expect CODE WORDS...: runs, keeps output in $TMP/out and $TMP/err
  local want=$1 got=0; shift
  "$SLUICE" "$@" >"$TMP/out" 2>"$TMP/err" || got=$?
  [ "$got" = "$want" ] || { cat "$TMP/out" "$TMP/err"; fails "sluice $*: exit $got, not $want"; }
}
export LC_ALL=C.UTF-8
echo "a passphrase of tests" >"$TMP/pass"
make_space() { expect 0 init "$1" --name "Test agency" --uscc "$2" --passphrase-file "$TMP/pass"; }
uscc=$(python3 - <<'PY'
digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
head = "91990000MA0000001"
print(head + digits[(31 - sum(digits.index(c) * 3**i % 31 for i, c in enumerate(head)) % 31) % 31])
PY
)
make_space "$TMP/a" "$uscc"
make_space "$TMP/b" "$uscc"
L="$TMP/a"

expect 0 ledger verify --space "$L";                              grep -q '^verified' "$TMP/out" || fails "says verified"
expect 0 ledger verify --space "$L" --json;                       jq -e '.verified and .entries > 5' "$TMP/out" >/dev/null || fails "verify --json"
expect 0 ledger verify --space "$L" --trust "$L/trust.txt" --json; jq -e '.verified and .pinned' "$TMP/out" >/dev/null || fails "pinned by its keys"
expect 6 ledger verify --space "$L" --trust "$TMP/b/trust.txt" --json
expect 3 ledger verify --space "$TMP/nowhere"
expect 2 ledger verify --unknown

expect 0 ledger checkpoint --space "$L";        cp "$TMP/out" "$TMP/seen"
expect 0 ledger checkpoint --space "$L" --json; jq -e '.size > 0 and (.note | length) > 0' "$TMP/out" >/dev/null || fails "checkpoint --json"
expect 0 ledger verify --space "$L" --trust "$TMP/seen" --json;   jq -e '.pinned' "$TMP/out" >/dev/null || fails "pinned by a checkpoint"
expect 0 ledger checkpoint --space "$TMP/b";    cp "$TMP/out" "$TMP/other"
expect 6 ledger verify --space "$L" --trust "$TMP/other"
echo nonsense >"$TMP/nonsense"
expect 1 ledger verify --space "$L" --trust "$TMP/nonsense"

expect 0 ledger search --space "$L" --json;     total=$(jq '.entries | length' "$TMP/out")
[ "$total" -gt 5 ] || fails "search finds the founding"
jq -e '[.entries[].seq] | . == (sort | reverse)' "$TMP/out" >/dev/null || fails "newest first"
expect 0 ledger search --space "$L" --kind person.enrolled --json; jq -e '.entries | length > 0 and all(.kind == "person.enrolled")' "$TMP/out" >/dev/null || fails "by kind"
person=$(jq -r '.entries[0].objects[0]' "$TMP/out")
expect 0 ledger search --space "$L" --object "$person" --json;     jq -e --arg p "$person" '.entries | length > 1 and all(.objects | index($p))' "$TMP/out" >/dev/null || fails "by object"
expect 0 ledger search --space "$L" --actor nobody --json;         jq -e '.entries == []' "$TMP/out" >/dev/null || fails "by actor"
expect 0 ledger search --space "$L" --to 2000-01-01 --json;        jq -e '.entries == []' "$TMP/out" >/dev/null || fails "by time"
expect 0 ledger search --space "$L" --from 2000-01-01 --limit 1000 --json; jq -e --argjson n "$total" '.entries | length == $n' "$TMP/out" >/dev/null || fails "from a date"
expect 0 ledger search --space "$L" --limit 2 --json;              next=$(jq .next "$TMP/out")
expect 0 ledger search --space "$L" --limit 2 --before "$next" --json; jq -e --argjson n "$next" '.entries[0].seq == $n - 1' "$TMP/out" >/dev/null || fails "the next page"
expect 2 ledger search --space "$L" --from yesterday
expect 2 ledger search --space "$L" --limit many

expect 0 ledger prove --space "$L" 0 --field origin; jq -e '.format == "sluice-evidence/1" and .entries[0].reveal.origin' "$TMP/out" >/dev/null || fails "prove"
expect 2 ledger prove --space "$L" minus
expect 5 ledger prove --space "$L" 999999  # no checkpoint covers it
expect 0 ledger export-tiles --space "$L" "$TMP/tiles"; [ -s "$TMP/tiles/checkpoint" ] || fails "export writes the checkpoint"

# A byte of a body, and a row taken away: both are found and named.
command -v sqlite3 >/dev/null || { echo "no sqlite3: tampering is left to the unit tests"; exit 0; }
copy() { rm -rf "$TMP/c"; cp -r "$L" "$TMP/c"; }
copy; sqlite3 "$TMP/c/ledger.sqlite" "UPDATE entry SET body = replace(body, 'Test agency', 'Best agency') WHERE seq = 0"
expect 6 ledger verify --space "$TMP/c" --json; jq -e '.verified == false and .first_bad.seq == 0' "$TMP/out" >/dev/null || fails "names the changed entry"
copy; sqlite3 "$TMP/c/ledger.sqlite" "DELETE FROM entry WHERE seq = 3"
expect 6 ledger verify --space "$TMP/c" --json; jq -e '.verified == false' "$TMP/out" >/dev/null || fails "a missing entry is found"
