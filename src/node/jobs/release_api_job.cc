// Worker of an open API release: holds the agreed columns' keys as long as the release is open and answers page requests.
//
// Request frame {"cursor": row, "limit": n, "row_filter": […]}; answer {"result": {"next": row|null, "rows": n}} with the rows as
// a JSON array of objects in the payload, and "level5_rows_left_out" where the contract leaves such rows out: those that the page would have had. A filter may look only at the agreed columns. A page scans at most kScanRowsMax
// rows and then hands out a cursor, so that a rare match cannot hold the worker.
#include <algorithm>

#include "table/cell_text.h"
#include "node/jobs/job_table.h"
#include "node/jobs/release_marker.h"
#include "node/jobs/release_rows.h"
#include "node/jobs/sealed_input.h"

namespace sluice::node {

namespace {

constexpr uint64_t kScanRowsMax = 262144;
constexpr size_t kStretch = 4096;

void cell_json_to(std::string& out, const table::Column& column, size_t row, std::string& scratch) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  scratch.clear();
  cell_text_to(scratch, column, row);
  bool plain = column.type() == table::Type::int64 || column.type() == table::Type::boolean;
  if (plain) {
    out += scratch;
  } else {
    json_quote_to(out, scratch);  // decimals stay text: a JSON number would invite floating point
  }
}

struct PageRequest {
  uint64_t cursor = 0;
  size_t limit = 100;
  RowFilter filter;
};

struct Page {
  std::string rows = "[";
  size_t count = 0, level5 = 0;
  std::optional<uint64_t> next;
};

class PageServer {
 public:
  // `inputs`: columns that a call may name without their being handed over.
  PageServer(vault::SealedReader& reader, ReleaseScope scope, std::vector<std::string> inputs, std::optional<ReleaseMarker> marker)
      : reader_(reader), scope_(std::move(scope)), marker_(std::move(marker)), inputs_(std::move(inputs)) {
    wanted_ = scope_.columns;
    for (const std::string& input : inputs_) wanted_.push_back(table::find_column(reader_.specs(), input));
    for (size_t column : scope_.filter.columns())
      if (std::find(wanted_.begin(), wanted_.end(), column) == wanted_.end()) wanted_.push_back(column);
    for (const auto& spec : scope_.specs) {
      std::string key;
      json_quote_to(key, spec.name);
      keys_.push_back(key + ":");
    }
  }

  Result<PageRequest> read(const Json& json) const {
    PageRequest r;
    int64_t cursor = TRY(json.get_int_or("cursor", 0)), limit = TRY(json.get_int_or("limit", 100));
    if (cursor < 0 || limit < 1 || limit > 1000) return fail(Errc::invalid, "release.bad_page");
    r.cursor = static_cast<uint64_t>(cursor);
    r.limit = static_cast<size_t>(limit);
    const Json* filter = json.find("row_filter");
    if (!filter) return r;
    auto conditions = TRY(decode<std::vector<space::RowCondition>>(*filter));
    for (const auto& condition : conditions)
      if (table::find_column(scope_.specs, condition.column) == scope_.specs.size() && std::find(inputs_.begin(), inputs_.end(), condition.column) == inputs_.end())
        return fail(Errc::refused, "contract.column_not_agreed", condition.column);
    r.filter = TRY(RowFilter::create(conditions, reader_.specs(), scope_.tokens));
    return r;
  }

  bool leaves_out_level5() const { return scope_.level5 != nullptr; }

  Result<Page> page(const PageRequest& request) {
    Page page;
    uint64_t at = request.cursor, end = std::min(reader_.rows(), request.cursor + kScanRowsMax);
    bool plain = request.filter.empty() && scope_.filter.empty();
    while (at < end && page.count < request.limit) {
      size_t stretch = plain ? request.limit - page.count : std::min<uint64_t>(kStretch, end - at);
      table::Batch batch = TRY(reader_.read_rows(wanted_, at, stretch));
      if (batch.rows == 0) break;
      auto mine = columns_for(scope_.filter, batch);
      table::Batch marked;
      if (marker_) marked = TRY(marked_batch(batch));
      // The recipient's filter looks at what the recipient gets: else filters would tell marks from values.
      const table::Batch& shown = marker_ ? marked : batch;
      auto theirs = columns_for(request.filter, shown);
      const auto stays = scope_.without_level5(shown_of(batch), batch.rows);
      size_t row = 0;
      for (; row < batch.rows && page.count < request.limit; row++) {
        if (!scope_.filter.matches(mine, row) || !request.filter.matches(theirs, row)) continue;
        if (stays.empty() || stays[row]) {
          put(page, shown, row);
        } else {
          page.level5++;
        }
      }
      at += row;
    }
    page.rows += "]";
    if (at < reader_.rows()) page.next = at;
    return page;
  }

 private:
  // The agreed columns come first in a batch, in agreed order. Borrowed: they live as long as the batch.
  std::vector<table::ColumnRef> shown_of(const table::Batch& batch) const {
    std::vector<table::ColumnRef> shown;
    for (size_t c = 0; c < scope_.columns.size(); c++) shown.push_back(table::ColumnRef(&batch.columns[c], [](const table::Column*) {}));
    return shown;
  }
  Result<table::Batch> marked_batch(const table::Batch& batch) {
    std::vector<table::ColumnRef> shown = shown_of(batch);
    TRY(marker_->mark(shown));
    table::Batch out = batch;
    for (size_t c = 0; c < shown.size(); c++)
      if (shown[c].get() != &batch.columns[c]) out.columns[c] = *shown[c];
    return out;
  }

  std::vector<table::ColumnRef> columns_for(const RowFilter& filter, const table::Batch& batch) const {
    std::vector<table::ColumnRef> out;
    for (size_t column : filter.columns()) {
      size_t at = static_cast<size_t>(std::find(wanted_.begin(), wanted_.end(), column) - wanted_.begin());
      out.push_back(table::ColumnRef(&batch.columns[at], [](const table::Column*) {}));  // borrowed: lives as long as the batch
    }
    return out;
  }

  void put(Page& page, const table::Batch& batch, size_t row) {
    page.rows += page.count++ ? ",{" : "{";
    for (size_t c = 0; c < scope_.columns.size(); c++) {
      if (c) page.rows += ',';
      page.rows += keys_[c];
      cell_json_to(page.rows, batch.columns[c], row, scratch_);
    }
    page.rows += '}';
  }

  vault::SealedReader& reader_;
  ReleaseScope scope_;
  std::optional<ReleaseMarker> marker_;
  std::vector<size_t> wanted_;
  std::vector<std::string> inputs_, keys_;
  std::string scratch_;
};

}  // namespace

Status run_release_api_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 256u << 20));
  ReleaseScope scope = TRY(scope_of(context.request, *reader));
  std::vector<std::string> inputs;
  if (const Json* named = context.request.find("inputs")) inputs = TRY(decode<std::vector<std::string>>(*named));
  for (const std::string& input : inputs)
    if (table::find_column(reader->specs(), input) == reader->specs().size()) return fail(Errc::invalid, "release.no_such_column", input);
  auto marker = TRY(ReleaseMarker::create(context, scope.specs));
  PageServer server(*reader, std::move(scope), std::move(inputs), std::move(marker));
  TRY(send_progress(context, Json::object({{"ready", true}})));
  while (true) {
    auto frame = context.server.receive();
    if (!frame) return {};  // the server is done with this release
    auto request = server.read(frame->body);
    auto page = request ? server.page(*request) : Result<Page>(tl::unexpected(request.error()));
    if (!page) {
      TRY(context.server.send(error_frame(page.error())));
      continue;
    }
    Json result = Json::object({{"rows", static_cast<int64_t>(page->count)}});
    if (page->next) result.set("next", static_cast<int64_t>(*page->next));
    if (server.leaves_out_level5()) result.set("level5_rows_left_out", static_cast<int64_t>(page->level5));
    TRY(send_result(context, result, view(page->rows)));
  }
}

}  // namespace sluice::node
