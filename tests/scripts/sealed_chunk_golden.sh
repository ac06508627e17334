#!/bin/bash
# The golden chunks are what a second implementation, written from the format document, makes of them.
set -eu
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 "$SLUICE_ROOT/tests/golden/make_sealed_chunk.py" --check
