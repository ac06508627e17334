// Read and split on the caller's thread; parse and validate on workers; emit in file order on the caller's thread again.
#include "collect/pipeline.h"

#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "base/random.h"
#include "collect/jsonl.h"
#include "collect/mapped.h"
#include "collect/xlsx.h"
#include "collect/validate.h"
#include "crypto/hash.h"
#include "standard/datetime.h"
#include "table/parquet.h"

namespace sluice::collect {

namespace {

// The bytes as they pass, hashed: the digest is of the file, not of what was made of it.
class HashedSource final : public ByteSource {
 public:
  HashedSource(ByteSource& inner, Progress& progress) : inner_(inner), progress_(progress) {}
  Result<size_t> read(std::span<char> into) override {
    if (progress_.stop) return fail(Errc::refused, "collect.interrupted");
    size_t n = TRY(inner_.read(into));
    hash_.update({reinterpret_cast<const uint8_t*>(into.data()), n});
    progress_.bytes += n;
    return n;
  }
  Digest finish() { return hash_.finish(); }

 private:
  ByteSource& inner_;
  Progress& progress_;
  Sm3 hash_;
};

// 64-bit hashes of the keys seen, open addressing. Up to kKeysMax keys; beyond it new keys are no longer remembered, so
// that memory stays bounded: a later duplicate of a remembered key is still found.
class SeenKeys {
 public:
  bool insert(uint64_t key) {
    if (key == 0) key = 1;
    if (2 * (used_ + 1) > slots_.size() && used_ < kKeysMax) grow();
    size_t mask = slots_.size() - 1;
    for (size_t at = key & mask;; at = (at + 1) & mask) {
      if (slots_[at] == key) return false;
      if (slots_[at] != 0) continue;
      if (used_ >= kKeysMax) return true;
      slots_[at] = key;
      used_++;
      return true;
    }
  }

 private:
  static constexpr size_t kKeysMax = 16u << 20;  // 256 MiB
  void grow() {
    std::vector<uint64_t> old(std::max<size_t>(slots_.size() * 2, 1u << 16));
    old.swap(slots_);
    size_t mask = slots_.size() - 1;
    for (uint64_t key : old) {
      if (key == 0) continue;
      size_t at = key & mask;
      while (slots_[at] != 0) at = (at + 1) & mask;
      slots_[at] = key;
    }
  }
  std::vector<uint64_t> slots_ = std::vector<uint64_t>(1u << 16);
  size_t used_ = 0;
};

uint64_t fresh_seed() {
  SystemRandom random;
  uint64_t seed;
  random.fill({reinterpret_cast<uint8_t*>(&seed), sizeof seed});
  return seed;
}

// Takes checked blocks in order: duplicates, refunds, sinks, counts.
class Emitter {
 public:
  Emitter(const Plan& plan, const Validator& validator, const CollectOptions& options, table::BatchSink& accepted, HeldSink& held, Progress& progress)
      : plan_(plan), validator_(validator), accepted_(accepted), held_(held), progress_(progress) {
    if (!plan.refunds) return;
    if (!options.refunds) own_refunds_.emplace(fresh_seed());
    refunds_ = options.refunds ? options.refunds : &*own_refunds_;
  }

  Status take(const CsvBlock& block, size_t first_row, Checked& checked) {
    std::vector<uint32_t> duplicates;
    for (size_t i = 0; i < checked.keys.size(); i++)
      if (!seen_.insert(checked.keys[i])) duplicates.push_back(static_cast<uint32_t>(i));
    validator_.hold_duplicates(block, first_row, duplicates, checked);
    if (refunds_) validator_.settle_refunds(block, first_row, *refunds_, checked);
    for (HeldRow& row : checked.held) {
      row.row += static_cast<uint64_t>(total_.rows) + 1;
      TRY(held_.hold(std::move(row)));
    }
    total_.merge(checked.tally);
    progress_.rows = static_cast<uint64_t>(total_.rows);
    progress_.held = static_cast<uint64_t>(total_.held);
    if (checked.batch.rows == 0) return {};
    return accepted_.append(checked.batch);
  }
  uint64_t rows() const { return static_cast<uint64_t>(total_.rows); }

  Result<Outcome> finish(const Digest& digest) {
    Outcome out;
    out.facts.digest = digest;
    out.facts.rows = total_.rows;
    out.facts.accepted = total_.accepted;
    out.facts.warned = total_.warned;
    out.facts.held = total_.held;
    total_.totals.resize(plan_.control_totals.size());
    for (size_t t = 0; t < plan_.control_totals.size(); t++) {
      __int128 sum = total_.totals[t];
      if (sum > INT64_MAX || sum < INT64_MIN) return fail(Errc::invalid, "collect.total_overflow", plan_.control_totals[t]);
      out.facts.control_totals[plan_.control_totals[t]] = static_cast<int64_t>(sum);
    }
    out.quality = quality_of(plan_, total_, validator_.dropped());
    return out;
  }

 private:
  const Plan& plan_;
  const Validator& validator_;
  table::BatchSink& accepted_;
  HeldSink& held_;
  Progress& progress_;
  SeenKeys seen_;
  std::optional<RefundBook> own_refunds_;
  RefundBook* refunds_ = nullptr;
  Tally total_;
};

// A ring of blocks: filled by the caller, worked on by the workers, taken in order by the caller.
class Ring {
 public:
  struct Slot {
    RawCsvBlock raw;
    CsvBlock block;
    Checked checked;
    std::optional<CsvFault> fault;
    size_t first_row = 0;  // 1 where the header is in the block
    bool parsed = false;
    enum { idle, waiting, working, done } stage = idle;
  };

  Ring(const Validator& validator, const CsvDialect& dialect, size_t columns, unsigned threads)
      : validator_(validator), dialect_(dialect), columns_(columns), slots_(threads + 2) {
    for (unsigned i = 0; i < threads; i++) workers_.emplace_back([this] { work(); });
  }
  ~Ring() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    to_work_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  size_t size() const { return slots_.size(); }
  Slot& slot(uint64_t number) { return slots_[number % slots_.size()]; }

  void submit(uint64_t number) {
    {
      std::lock_guard lock(mutex_);
      slot(number).stage = Slot::waiting;
      submitted_ = number + 1;
    }
    to_work_.notify_one();
  }
  Slot& wait(uint64_t number) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return slot(number).stage == Slot::done; });
    return slot(number);
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      to_work_.wait(lock, [&] { return stopping_ || taken_ < submitted_; });
      if (stopping_) return;
      Slot& mine = slot(taken_++);
      mine.stage = Slot::working;
      lock.unlock();
      if (!mine.parsed) mine.fault = parse_csv_block(mine.raw, dialect_, columns_, mine.block);
      if (!mine.fault) validator_.check(mine.block, mine.first_row, mine.checked);
      lock.lock();
      mine.stage = Slot::done;
      done_.notify_one();
    }
  }

  const Validator& validator_;
  CsvDialect dialect_;
  size_t columns_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable to_work_, done_;
  uint64_t submitted_ = 0, taken_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

Result<std::vector<std::string>> header_of(const CsvBlock& block) {
  std::vector<std::string> header;
  for (size_t c = 0; c < block.columns; c++) header.emplace_back(block.cell(0, c));
  for (const std::string& name : header)
    if (name.empty()) return fail(Errc::invalid, "csv.no_header");
  return header;
}

// Sources of ready blocks: read on the caller's thread, checked by the ring's, emitted in order.
Result<Outcome> collect_blocks(const Plan& plan, BlockSource& rows, HashedSource& bytes, const CollectOptions& options, table::BatchSink& accepted,
                               HeldSink& held, Progress& progress) {
  CheckContext context{options.membership, options.today};
  Validator validator = TRY(Validator::create(plan, context, rows.header(), rows.header().size(), fresh_seed(), options.tables));
  Emitter emitter(plan, validator, options, accepted, held, progress);
  Ring ring(validator, plan.dialect(), rows.header().size(), std::max(1u, options.threads));
  uint64_t submitted = 0, emitted = 0;
  auto emit_next = [&]() -> Status {
    Ring::Slot& slot = ring.wait(emitted++);
    return emitter.take(slot.block, slot.first_row, slot.checked);
  };
  while (true) {
    if (submitted - emitted == ring.size()) TRY(emit_next());
    Ring::Slot& slot = ring.slot(submitted);
    if (!TRY(rows.next(slot.block))) break;
    if (progress.stop) return fail(Errc::refused, "collect.interrupted");
    slot.parsed = true;
    slot.first_row = 0;
    ring.submit(submitted++);
  }
  while (emitted < submitted) TRY(emit_next());
  std::vector<char> rest(1u << 16);  // what a source leaves unread is of the file all the same
  while (TRY(bytes.read(rest)) > 0) {
  }
  Outcome out = TRY(emitter.finish(bytes.finish()));
  for (const std::string& name : rows.dropped()) out.quality.dropped_fields.push_back(name);
  out.message_marks = rows.message_marks();
  return out;
}

}  // namespace

Result<Outcome> collect_stream(const Plan& plan, ByteSource& bytes, const CollectOptions& options,
                               table::BatchSink& accepted, HeldSink& held, Progress& progress) {
  if (plan.format == Format::parquet) return fail(Errc::invalid, "collect.not_a_stream");
  HashedSource source(bytes, progress);
  if (plan.format == Format::jsonl) {
    auto rows = json_lines(plan, source);
    return collect_blocks(plan, *rows, source, options, accepted, held, progress);
  }
  if (plan.mapping) {
    auto rows = mapped_rows(plan, source, options.message_keys);
    return collect_blocks(plan, *rows, source, options, accepted, held, progress);
  }
  if (plan.format == Format::xlsx) {
    auto rows = TRY(xlsx_rows(source));
    return collect_blocks(plan, *rows, source, options, accepted, held, progress);
  }
  CsvDialect dialect = plan.dialect();
  CsvSplitter splitter(source, dialect, options.block_bytes);

  // The first block tells columns and header; it then goes through the ring as any other.
  RawCsvBlock raw;
  CsvBlock first;
  while (first.rows == 0) {
    bool more = TRY(splitter.next(raw));
    if (!more) return fail(Errc::invalid, "csv.empty");
    if (auto fault = parse_csv_block(raw, dialect, 0, first)) return tl::unexpected(fault->error(0));
  }
  std::vector<std::string> header;
  if (dialect.header) header = TRY(header_of(first));
  CheckContext context{options.membership, options.today};
  Validator validator = TRY(Validator::create(plan, context, header, first.columns, fresh_seed(), options.tables));

  Emitter emitter(plan, validator, options, accepted, held, progress);
  Ring ring(validator, dialect, first.columns, std::max(1u, options.threads));
  uint64_t submitted = 0, emitted = 0, header_records = dialect.header ? 1 : 0;
  bool non_ascii = false;
  auto emit_next = [&]() -> Status {
    Ring::Slot& slot = ring.wait(emitted++);
    if (slot.fault) {
      if (non_ascii && slot.fault->reason == "csv.bad_encoding") slot.fault->reason = "csv.mixed_encoding";
      return tl::unexpected(slot.fault->error(emitter.rows() + header_records));
    }
    non_ascii |= slot.block.non_ascii;
    return emitter.take(slot.block, slot.first_row, slot.checked);
  };
  Ring::Slot& head = ring.slot(0);
  head.block = std::move(first);
  head.parsed = true;
  head.first_row = header_records;
  ring.submit(submitted++);
  while (true) {
    if (submitted - emitted == ring.size()) TRY(emit_next());
    Ring::Slot& slot = ring.slot(submitted);
    bool more = TRY(splitter.next(slot.raw));
    if (!more) break;
    slot.parsed = false;
    slot.first_row = 0;
    ring.submit(submitted++);
  }
  while (emitted < submitted) TRY(emit_next());
  return emitter.finish(source.finish());
}

namespace {

struct OpenFile {
  int fd;
  ~OpenFile() {
    if (fd >= 0) ::close(fd);
  }
};

Result<Digest> digest_of_file(const std::string& path, Progress& progress) {
  OpenFile file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable", path));
  auto bytes = bytes_of_fd(file.fd);
  HashedSource source(*bytes, progress);
  std::vector<char> buffer(1u << 20);
  while (TRY(source.read(buffer)) > 0) {
  }
  return source.finish();
}

std::string decimal_text(int64_t value, uint8_t scale) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, 1, '.');
  }
  return value < 0 ? "-" + digits : digits;
}

std::string cell_text(const table::Column& column, size_t row) {
  switch (column.type()) {
    case table::Type::text: return std::string(column.text_at(row));
    case table::Type::int64: return std::to_string(column.int_at(row));
    case table::Type::decimal: return decimal_text(column.int_at(row), column.scale());
    case table::Type::date: return strict_date(static_cast<int32_t>(column.int_at(row)));
    case table::Type::datetime: return strict_datetime(column.int_at(row));
    case table::Type::boolean: return column.int_at(row) ? "1" : "0";
  }
  return {};
}

// Typed cells as the text that a CSV file would have held, so that one set of rules judges both.
void render(const table::Batch& batch, std::span<const table::ColumnSpec> specs, CsvBlock& out) {
  out.text.clear();
  out.cells.clear();
  out.rows = batch.rows;
  out.columns = specs.size();
  for (size_t row = 0; row < batch.rows; row++)
    for (const table::Column& column : batch.columns) {
      auto at = static_cast<uint32_t>(out.text.size());
      if (!column.is_null(row)) {
        std::string text = cell_text(column, row);
        out.text.insert(out.text.end(), text.begin(), text.end());
      }
      out.cells.push_back({at, static_cast<uint32_t>(out.text.size()) - at});
    }
}

Result<Outcome> collect_parquet(const Plan& plan, const std::string& path, const CollectOptions& options,
                                table::BatchSink& accepted, HeldSink& held, Progress& progress) {
  Digest digest = TRY(digest_of_file(path, progress));
  auto rows = TRY(table::open_parquet(path, {.memory_bytes = 512u << 20, .threads = options.threads}));
  std::vector<std::string> header;
  for (const table::ColumnSpec& spec : rows->specs()) header.push_back(spec.name);
  CheckContext context{options.membership, options.today};
  Validator validator = TRY(Validator::create(plan, context, header, header.size(), fresh_seed(), options.tables));
  Emitter emitter(plan, validator, options, accepted, held, progress);
  CsvBlock block;
  Checked checked;
  while (auto batch = TRY(rows->next(8192))) {
    if (progress.stop) return fail(Errc::refused, "collect.interrupted");
    render(*batch, rows->specs(), block);
    validator.check(block, 0, checked);
    TRY(emitter.take(block, 0, checked));
  }
  return emitter.finish(digest);
}

}  // namespace

Result<Outcome> collect_file(const Plan& plan, const std::string& path, const CollectOptions& options,
                             table::BatchSink& accepted, HeldSink& held, Progress& progress) {
  if (plan.format == Format::parquet) return collect_parquet(plan, path, options, accepted, held, progress);
  OpenFile file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable", path));
  auto source = bytes_of_fd(file.fd);
  return collect_stream(plan, *source, options, accepted, held, progress);
}

std::string resubmission(const Plan& plan, std::span<const HeldRow> rows) {
  std::string out;
  CsvWriter writer(out, plan.dialect().delimiter);
  if (plan.header.value_or(true)) {
    for (const PlanField& f : plan.columns) writer.field(f.name);
    writer.end_record();
  }
  for (const HeldRow& row : rows) {
    for (const auto& cell : row.cells) writer.field(cell.reveal("re-submission of held rows to the source"));
    writer.end_record();
  }
  return out;
}

}  // namespace sluice::collect
