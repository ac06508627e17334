#include "rules/resemblance_pack.h"

namespace sluice::rules {

namespace {

Status check_marks(const Bytes& marks) {
  if (marks.size() % 4 != 0) return fail(Errc::invalid, "rules.incomplete", "resemblance");
  uint64_t last = 0;
  for (size_t i = 0; i + 4 <= marks.size(); i += 4) {
    uint64_t mark = marks[i] | static_cast<uint64_t>(marks[i + 1]) << 8 | static_cast<uint64_t>(marks[i + 2]) << 16 | static_cast<uint64_t>(marks[i + 3]) << 24;
    if (i > 0 && mark <= last) return fail(Errc::invalid, "rules.duplicate", "resemblance");
    last = mark;
  }
  return {};
}

}  // namespace

Status check_resemblance(const ResemblancePack& pack) {
  size_t weights = 0;
  for (uint8_t n : pack.counts) weights += n;
  if (pack.counts.size() * 4 != pack.marks.size() || pack.outputs.size() != weights || pack.weights.size() != weights || pack.types.size() >= 255 || pack.step_micro < 0 || pack.step_micro > 1'000'000)
    return fail(Errc::invalid, "rules.incomplete", "resemblance");
  TRY(check_marks(pack.marks));
  for (uint8_t output : pack.outputs)
    if (output != 255 && output >= pack.types.size()) return fail(Errc::invalid, "rules.unknown_reference", "resemblance");
  return {};
}

Status check_network(const NetworkPack& pack, const ResemblancePack& beside) {
  if (pack.types.empty() && pack.marks.empty()) return {};
  NetworkShape shape(pack.types.size());
  auto is_step = [](int64_t step) { return step >= 0 && step <= 1'000'000'000; };
  auto is_share = [](int64_t permille) { return permille >= 0 && permille <= 10'000; };
  if (pack.types != beside.types || pack.rows.size() * 4 != pack.marks.size() * NetworkShape::kRow || pack.dense.size() != 2 * shape.size() || !is_step(pack.row_step_micro) ||
      !is_step(pack.dense_step_nano) || !is_share(pack.linear_permille) || !is_share(pack.network_permille))
    return fail(Errc::invalid, "rules.incomplete", "resemblance_network");
  return check_marks(pack.marks);
}

}  // namespace sluice::rules
