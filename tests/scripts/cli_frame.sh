#!/usr/bin/env bash
# The command line's own manners: exit codes, languages, suggestions, completion, nothing on stdout when it fails.
set -euo pipefail
fails() { echo "FAILED: $*"; exit 1; }
expect() {  # expect CODE WORDS...: runs, keeps output in $TMP/out and $TMP/err
  local want=$1 got=0; shift
  "$SLUICE" "$@" >"$TMP/out" 2>"$TMP/err" || got=$?
  [ "$got" = "$want" ] || { cat "$TMP/out" "$TMP/err"; fails "sluice $*: exit $got, not $want"; }
}
export LC_ALL=C.UTF-8
expect 0 version;             grep -Eq '^sluice [0-9]+\.[0-9]+\.[0-9]+$' "$TMP/out" || fails "version"
expect 0 --version
expect 0 version --json;      jq -e '.name == "sluice"' "$TMP/out" >/dev/null || fails "version --json"
expect 0 help;                grep -q 'completion' "$TMP/out" || fails "help lists the commands"
expect 0 completion --help;   grep -q 'SHELL' "$TMP/out" || fails "help of one command"
expect 2 versoin;             grep -q 'version' "$TMP/err" || fails "suggests the nearest verb"
[ -s "$TMP/out" ] && fails "an error must not write to stdout"
expect 2 version surplus
expect 2 version --unknown
expect 2 completion tcsh;     grep -q 'cli.unknown_shell' "$TMP/err" || fails "reason is shown"
expect 2 versoin --json;      jq -e '.code == "cli.unknown_verb"' "$TMP/err" >/dev/null || fails "problem as JSON"
grep -q $'\033' "$TMP/err" && fails "no colour off a terminal"
LC_ALL= LANG=zh_CN.UTF-8 expect 0 help 2>/dev/null; grep -q '命令' "$TMP/out" || fails "Chinese help"
expect 0 completion bash;     bash -n "$TMP/out" || fails "the bash script parses"
(source "$TMP/out"; COMP_WORDS=(sluice ver); COMP_CWORD=1; _sluice; printf '%s\n' "${COMPREPLY[@]}") | grep -qx version ||
  fails "bash completes a verb"
expect 0 completion zsh
expect 0 completion fish
# A reader that goes away is no fault of the command: no abort, no words.
{ sleep 0.3; code=0; "$SLUICE" help --json 2>"$TMP/err" || code=$?; echo $code >"$TMP/code"; } | true
grep -Eqx '0|141' "$TMP/code" || fails "a closed pipe: exit $(cat "$TMP/code")"
[ -s "$TMP/err" ] && fails "a closed pipe says nothing"
exit 0
