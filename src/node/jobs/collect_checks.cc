#include "node/jobs/collect_checks.h"

#include <unistd.h>

#include "base/random.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

constexpr size_t kTableTextMax = 256u << 20;

Result<std::string> whole_file(int fd) {
  std::string out;
  std::vector<char> buffer(1u << 20);
  auto source = bytes_of_fd(fd);
  while (size_t n = TRY(source->read(buffer))) {
    if (out.size() + n > kTableTextMax) return fail(Errc::invalid, "reference.too_large");
    out.append(buffer.data(), n);
  }
  return out;
}

Result<collect::CodeTables> read_tables(WorkerContext& context, const Json& list) {
  collect::CodeTables out;
  for (const Json& one : list.as_array()) {
    auto file = static_cast<size_t>(TRY(one.get_int("file")));
    if (file >= context.fds.size()) return fail(Errc::internal, "json.field", "tables");
    const Json* to = one.find("to");
    std::string text = TRY(whole_file(context.fds[file].get()));
    out.add(TRY(one.get_string("name")), TRY(one.get_int("number")), TRY(one.get_int("from")), to && to->is_int() ? std::optional(to->as_int()) : std::nullopt,
            TRY(collect::CodeList::parse(text)));
  }
  return out;
}

// Columns of a version: what may be refunded, the amounts, and what the refunds among them took back. Two passes, since a version that was merged
// may have a refund before its origin.
Status read_origins(vault::SealedReader& reader, const collect::Refunds& refunds, collect::RefundBook& book) {
  size_t of = table::find_column(reader.specs(), refunds.of), amount = table::find_column(reader.specs(), refunds.amount);
  size_t origin = table::find_column(reader.specs(), refunds.origin);
  for (bool origins : {true, false})
    for (size_t group = 0; group < reader.row_groups(); group++) {
      auto keys = TRY(reader.read(group, origins ? of : origin)), amounts = TRY(reader.read(group, amount));
      for (size_t row = 0; row < reader.rows_of(group); row++) {
        if (amounts->is_null(row) || keys->is_null(row)) continue;
        int64_t value = amounts->int_at(row);
        if (origins && value >= 0) book.origin(keys->text_at(row), value);
        if (!origins && value < 0) book.refunded(keys->text_at(row), value);
      }
    }
  return {};
}

}  // namespace

Result<CollectChecks> read_collect_checks(WorkerContext& context, const collect::Plan& plan) {
  CollectChecks out;
  const Json* tables = context.request.find("tables");
  if (tables && tables->is_array()) out.tables = TRY(read_tables(context, *tables));
  const Json* origins = context.request.find("origins");
  if (!plan.refunds || !origins || !origins->is_array()) return out;
  SystemRandom random;
  uint64_t seed = 0;
  random.fill({reinterpret_cast<uint8_t*>(&seed), sizeof seed});
  out.refunds.emplace(seed);
  for (const Json& input : origins->as_array()) {
    auto reader = TRY(open_sealed_input(context, input, 1u << 20));
    TRY(read_origins(*reader, *plan.refunds, *out.refunds));
  }
  return out;
}

}  // namespace sluice::node
