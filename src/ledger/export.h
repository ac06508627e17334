// Writes a ledger as static files that public tools read (C2SP tlog-tiles): DIR/checkpoint, DIR/tile/L/…,
// DIR/tile/entries/… (u16 length, entry), the SM3 tree under DIR/sm3/tile, and DIR/keys
// (the verifier keys in force). The state is that of the last checkpoint, which
// is written last, so that a reader of the folder never sees a checkpoint whose tiles are missing.
#pragma once

#include <string>

#include "ledger/ledger.h"

namespace sluice::ledger {

Status export_tiles(const Ledger& ledger, const std::string& dir);

}  // namespace sluice::ledger
