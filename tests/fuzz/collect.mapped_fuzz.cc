// Laws: any bytes give rows of the plan's width or a reason; where the input is cut into reads never changes the outcome; no envelope
// that nobody signed gives a row.
#include <cstdlib>
#include <string>

#include "collect/mapped.h"

namespace {

class CutReads final : public sluice::ByteSource {
 public:
  CutReads(std::string_view bytes, size_t step) : bytes_(bytes), step_(step) {}
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

std::string rows_of(const sluice::collect::Plan& plan, std::string_view bytes, size_t step) {
  CutReads source(bytes, step);
  auto rows = sluice::collect::mapped_rows(plan, source, {});
  std::string out;
  sluice::CsvBlock block;
  while (true) {
    auto more = rows->next(block);
    if (!more) return out + std::string(more.error().reason) + more.error().detail;
    if (!*more) return out;
    if (block.cells.size() != block.rows * plan.columns.size()) std::abort();
    if (plan.format == sluice::collect::Format::message && block.rows > 0) std::abort();
    for (size_t r = 0; r < block.rows; r++)
      for (size_t c = 0; c < block.columns; c++) out.append(block.cell(r, c)).push_back('\x01');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  using sluice::collect::Format;
  sluice::collect::Plan plan;
  plan.format = data[0] % 3 == 0 ? Format::hl7 : data[0] % 3 == 1 ? Format::fhir : Format::message;
  plan.mapping.emplace();
  for (const char* name : {"id", "name", "value"}) {
    sluice::collect::PlanField field;
    field.name = name;
    plan.columns.push_back(field);
  }
  if (plan.format == Format::hl7) {
    plan.mapping->record = "OBX";
    plan.mapping->paths = {{"id", "PID-3.1"}, {"name", "MSH-2"}, {"value", "OBX-5.2"}};
  } else {
    plan.mapping->record = "a";
    plan.mapping->paths = {{"name", "/b.1.c"}, {"value", "d.e"}};
    plan.mapping->infno = {"4101"};
  }
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (rows_of(plan, text, 1 << 20) != rows_of(plan, text, 7)) std::abort();
  return 0;
}
