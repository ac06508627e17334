#!/usr/bin/env bash
# sluice code check: exit 0 valid, 6 invalid with the reason, 2 unknown type; says when only the form was checked.
set -euo pipefail

check() {  # EXIT TEXT ARGS...: runs, compares exit code, wants TEXT in the output
  local want=$1 text=$2 got=0 out
  shift 2
  out=$("$SLUICE" code check "$@" 2>&1) || got=$?
  [ "$got" = "$want" ] || { echo "code check $1: exit $got instead of $want"; exit 1; }
  case $out in *"$text"*) ;; *) echo "code check $1: '$text' is missing"; exit 1 ;; esac
}

check 0 valid id-number 11010519491231002X
check 6 id.check_character id-number 110105194912310021
check 0 id.lower_case_x id-number 11010519491231002x
check 0 valid uscc 91350100M000100Y43
check 6 uscc.check_character uscc 91350203M0001QAY9B
check 0 "profile strict" date 2024-02-29
check 6 date.slashes date 2023/1/5
check 0 "profile platform" datetime "2024-02-29 08:00:00"
check 6 time.hour_24 datetime "2024-02-29 24:00:00"
check 0 "only the form" region 440100
check 0 "only the form" insurance-unit 440100A1
check 6 code.form insurance-unit x
check 0 '"valid":true' icd10 I10.x00x002 --json
check 6 '"reason":"drug.form"' drug X1 --json
check 2 code.unknown_type passport E12345678

printf 'type,code\nregion,440100\n' > "$TMP/list.csv"
check 0 valid region 440100 --membership "$TMP/list.csv"
check 6 region.not_in_list region 449801 --membership "$TMP/list.csv"

out=$("$SLUICE" code check id-number 11010519491231002X --json 2>&1)
case $out in *1949*) echo "the answer repeats the number"; exit 1 ;; esac
