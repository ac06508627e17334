// Search over the ledger by kind, actor, object and time: a projection in one SQLite file (DIR/projections/search.sqlite).
//
// It holds what entries publish (sequence, time, kind, actor, objects), never bodies. It knows how far it has read and the
// SM3 root of the ledger at that size; where the file is missing, damaged, or of a ledger with another history, it is
// thrown away and built again. Losing it loses nothing. Answers cover the entries below `position`; catch_up first for
// newer ones.
//
// Threads: any; calls take turns. Errors: "store.*" of the database, and what reading the ledger gives.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapter/sqlite/database.h"
#include "codec/record.h"
#include "ledger/ledger.h"

namespace sluice::adapter {

struct SearchQuery {
  std::string kind;    // the whole kind or its beginning: "contract." finds every event of contracts
  std::string actor;   // exact
  std::string object;  // exact
  std::optional<TimeMs> from, to;      // from ≤ time < to
  std::optional<uint64_t> before_seq;  // the cursor: only entries below it
  uint64_t limit = 50;                 // clamped to 1…1000
};

struct SearchHit {
  uint64_t seq = 0;
  TimeMs time = 0;
  std::string kind, actor;
  std::vector<std::string> objects;
  static constexpr auto fields = field_list(field("seq", &SearchHit::seq), field("time", &SearchHit::time), field("kind", &SearchHit::kind),
                                                 field("actor", &SearchHit::actor), field("objects", &SearchHit::objects));
};

// Newest first. `next` is the cursor of the page after; absent on the last page.
struct SearchPage {
  std::vector<SearchHit> hits;
  std::optional<uint64_t> next;
};

// The same answer by reading the ledger backwards, without a projection: for the command line, and to check the other.
Result<SearchPage> scan_ledger(const ledger::Ledger& ledger, const SearchQuery& query);

class SearchProjection {
 public:
  // Opens or makes the file; does not read the ledger yet.
  static Result<std::unique_ptr<SearchProjection>> open(std::string path, const ledger::Ledger& ledger);

  // Reads what the ledger has beyond the position, in transactions of bounded size. The new position.
  Result<uint64_t> catch_up();
  Result<SearchPage> find(const SearchQuery& query);
  // How many entries the query matches, whatever its cursor and limit.
  Result<uint64_t> count(const SearchQuery& query);

 private:
  SearchProjection(std::string path, const ledger::Ledger& ledger) : path_(std::move(path)), ledger_(ledger) {}
  Status open_file();
  Status start_over();
  Result<uint64_t> position();
  Result<uint64_t> advance();
  Status take_batch(uint64_t from, uint64_t count);
  Result<SearchPage> run(const SearchQuery& query);

  std::string path_;
  const ledger::Ledger& ledger_;
  std::mutex mutex_;
  std::optional<Database> db_;
};

}  // namespace sluice::adapter
