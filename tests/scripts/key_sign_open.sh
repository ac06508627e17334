#!/usr/bin/env bash
# sluice key new / key show / sign / open: round trips, and refusals that leave nothing.
set -euo pipefail
cd "$TMP"
fail() { echo "FAILED: $1" >&2; exit 1; }
code() { set +e; "$@" >out.txt 2>err.txt; local c=$?; set -e; echo "$c"; }

printf 'a good passphrase\n' > pass
"$SLUICE" key new --out party.key --passphrase-file pass --name 承保方 --json > made.json
[ "$(stat -c %a party.key)" = 600 ] || fail "a key file is readable by its owner only"
grep -q '"argon2"' party.key || fail "the key is sealed"
"$SLUICE" key show party.key.pub --json | cmp - made.json || fail "key show shows what key new showed"

[ "$(code "$SLUICE" key new --out party.key --passphrase-file pass)" = 5 ] || fail "a key is never overwritten"
printf 'short\n' > short
[ "$(code "$SLUICE" key new --out other.key --passphrase-file short)" = 1 ] || fail "a short passphrase is refused"
[ ! -e other.key ] || fail "a refused key leaves nothing"
[ "$(code "$SLUICE" key new)" = 2 ] || fail "--out is required"

printf '{"b":1, "a":2}' > contract.json
"$SLUICE" sign --key party.key --passphrase-file pass contract.json --out contract.sig
grep -q '"canonical-json"' contract.sig || fail "JSON is signed in its canonical form"
[ "$(code "$SLUICE" sign --key party.key --passphrase-file short contract.json)" = 6 ] || fail "a wrong passphrase is refused"
[ "$(code "$SLUICE" sign --key nowhere.key contract.json)" = 3 ] || fail "a missing key is told"

"$SLUICE" key new --out plain.key --no-passphrase --name test > /dev/null
printf 'not an envelope' > bad.slenv
[ "$(code "$SLUICE" open --key plain.key bad.slenv --out result.csv)" = 1 ] || fail "what is no envelope is refused"
[ "$(ls | grep -c result || true)" = 0 ] || fail "a failed opening leaves nothing"
# The committed fuzz seed is an envelope for the key with the scalar 11…11 (hex).
python3 - <<'PY'
import json
key = json.load(open("plain.key"))
seed = json.load(open(__import__("os").environ["SLUICE_ROOT"] + "/tests/fuzz/corpus/crypto.keyfile/unsealed"))
assert set(key) == set(seed)
json.dump(seed, open("seed.key", "w"))
PY
corpus="$SLUICE_ROOT/tests/fuzz/corpus/crypto.envelope"
"$SLUICE" open --key seed.key "$corpus/plain100" --out result.csv > /dev/null
[ "$(stat -c %s result.csv)" = 100 ] || fail "the content has its size"
[ "$(code "$SLUICE" open --key seed.key "$corpus/plain100" --out result.csv)" = 5 ] || fail "a file that is there stays"
[ "$(code "$SLUICE" open --key seed.key "$corpus/cut" --out cut.csv)" = 6 ] || fail "a cut envelope is refused"
[ "$(code "$SLUICE" open --key plain.key "$corpus/plain0" --out foreign.csv)" = 6 ] || fail "another key does not open it"
[ "$(ls | grep -c -e cut -e foreign || true)" = 0 ] || fail "a refused envelope leaves nothing"
echo passed
