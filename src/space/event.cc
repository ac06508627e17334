#include "space/event.h"

#include <algorithm>

namespace sluice::space {

namespace {

void add_object(std::vector<std::string>& out, const std::string& id) {
  if (!id.empty() && out.size() < 16 && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
}

void collect_ids(std::vector<std::string>& out, std::span<const FieldOps> fields, const void* record) {
  for (const FieldOps& f : fields) {
    if (f.id_text) add_object(out, *f.id_text(f.in(record)));
    if (f.nested) collect_ids(out, f.nested(), f.in(record));
  }
}

// A body whose erased fields stand as the empty values of their types: an erasure must not stop the fold.
template <class E>
Json with_erased(const Json& body, std::span<const std::string> erased) {
  Json empty = encode(E{}), out = body;
  for (const std::string& name : erased)
    if (const Json* value = empty.find(name)) out.set(name, *value);
  return out;
}

template <size_t I = 0>
Result<Event> decode_as(std::string_view kind, const Json& body, std::span<const std::string> erased) {
  if constexpr (I == std::variant_size_v<Event>) {
    return fail(Errc::corrupt, "event.not_ours");
  } else {
    using E = std::variant_alternative_t<I, Event>;
    if (E::kind == kind) return Event(TRY(decode<E>(erased.empty() ? body : with_erased<E>(body, erased))));
    return decode_as<I + 1>(kind, body, erased);
  }
}

}  // namespace

std::string_view kind_of(const Event& event) {
  return std::visit([](const auto& e) { return std::remove_cvref_t<decltype(e)>::kind; }, event);
}

Json body_of(const Event& event) {
  return std::visit([](const auto& e) { return encode(e); }, event);
}

std::vector<std::string> objects_of(const Event& event) {
  std::vector<std::string> out;
  std::visit([&](const auto& e) { collect_ids(out, record_detail::table_of<std::remove_cvref_t<decltype(e)>>(), &e); }, event);
  return out;
}

Result<Event> event_from(std::string_view kind, int version, const Json& body, std::span<const std::string> erased) {
  if (version != 1) return fail(Errc::corrupt, "event.unknown_version");
  return decode_as(kind, body, erased);
}

}  // namespace sluice::space
