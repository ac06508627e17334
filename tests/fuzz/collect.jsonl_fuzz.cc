// Laws: any bytes give rows of the plan's width or a reason; where the input is cut into reads never changes the outcome.
#include <cstdlib>
#include <string>
#include <vector>

#include "collect/jsonl.h"

namespace {

// Gives at most `step` bytes at a time.
class Steps final : public sluice::ByteSource {
 public:
  Steps(std::string_view bytes, size_t step) : bytes_(bytes), step_(step) {}
  sluice::Result<size_t> read(std::span<char> into) override {
    size_t n = std::min({into.size(), step_, bytes_.size()});
    bytes_.copy(into.data(), n);
    bytes_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view bytes_;
  size_t step_;
};

struct Read {
  std::string rows, fault;
};

Read read_all(const sluice::collect::Plan& plan, std::string_view bytes, size_t step) {
  Steps source(bytes, step);
  auto lines = sluice::collect::json_lines(plan, source);
  Read out;
  sluice::CsvBlock block;
  while (true) {
    auto more = lines->next(block);
    if (!more) {
      out.fault = std::string(more.error().reason) + more.error().detail;
      return out;
    }
    if (!*more) return out;
    if (block.cells.size() != block.rows * plan.columns.size()) std::abort();
    for (size_t r = 0; r < block.rows; r++)
      for (size_t c = 0; c < block.columns; c++) out.rows.append(block.cell(r, c)).push_back('\x01');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  sluice::collect::Plan plan;
  for (const char* name : {"id", "name", "fee"}) {
    sluice::collect::PlanField field;
    field.name = name;
    plan.columns.push_back(field);
  }
  if (data[0] & 1) plan.unknown_fields = sluice::collect::UnknownFields::drop;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Read whole = read_all(plan, text, 1 << 20), cut = read_all(plan, text, 7);
  if (whole.rows != cut.rows || whole.fault != cut.fault) std::abort();
  return 0;
}
