// Law: a Parquet file of any bytes is taken over by its chunks or is "table.wrong_shape"; what was taken over is of the common form again.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "table/parquet_map.h"

namespace {

using namespace sluice;

class Doubled final : public table::TextFunction {
 public:
  explicit Doubled(Effect effect) : effect_(effect) {}
  Effect effect() const override { return effect_; }
  Status run(std::span<const std::string_view> cells, std::span<const uint64_t>, table::TextsOut& out) override {
    for (std::string_view cell : cells) cell.size() > 9 ? out.add_null() : out.add(std::string(cell).append(cell));
    return {};
  }

 private:
  Effect effect_;
};

std::string file_of(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  int in = ::memfd_create("in", MFD_CLOEXEC), out = ::memfd_create("out", MFD_CLOEXEC), again = ::memfd_create("again", MFD_CLOEXEC);
  if (in < 0 || out < 0 || again < 0 || ::write(in, data, size) != static_cast<ssize_t>(size)) std::abort();
  const std::vector<table::MappedColumn> columns = {
      {.name = "few_texts", .function = std::make_shared<Doubled>(table::TextFunction::Effect::replaces)},
      {.name = "plain_text", .function = std::make_shared<Doubled>(table::TextFunction::Effect::watches)},
      {.name = "money", .function = std::make_shared<Doubled>(table::TextFunction::Effect::watches)},
      {.name = "flag"}};
  auto rows = table::map_parquet_chunks(file_of(in), file_of(out), columns, 1);
  if (!rows && rows.error().reason != "table.wrong_shape") std::abort();
  if (rows) {
    auto second = table::map_parquet_chunks(file_of(out), file_of(again), {{.name = "few_texts"}, {.name = "plain_text"}, {.name = "money"}, {.name = "flag"}}, 1);
    if (!second || *second != *rows) std::abort();
  }
  for (int fd : {in, out, again}) ::close(fd);
  return 0;
}
