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

// Decodes the body of one kind. Fields that were erased stand as the empty values of their types: an erasure must not
// stop the fold.
template <class E>
Result<Event> decode_as(const Json& body, std::span<const std::string> erased) {
  E out{};
  if (erased.empty()) {
    TRY(record_detail::decode_record(record_detail::table_of<E>(), body, &out, {}));
  } else {
    Json whole = body, empty = encode(out);
    for (const std::string& name : erased)
      if (const Json* value = empty.find(name)) whole.set(name, *value);
    TRY(record_detail::decode_record(record_detail::table_of<E>(), whole, &out, {}));
  }
  return Event(std::move(out));
}

struct Decoder {
  std::string_view kind;
  Result<Event> (*decode)(const Json& body, std::span<const std::string> erased);
};

const std::vector<Decoder>& decoders() {
  static const auto all = [] {
    std::vector<Decoder> out;
    Event::each_kind([&](const auto& e) {
      using E = std::remove_cvref_t<decltype(e)>;
      out.push_back({E::kind, &decode_as<E>});
    });
    std::sort(out.begin(), out.end(), [](const Decoder& a, const Decoder& b) { return a.kind < b.kind; });
    return out;
  }();
  return all;
}

}  // namespace

std::string_view kind_of(const Event& event) {
  return event.visit([](const auto& e) { return std::remove_cvref_t<decltype(e)>::kind; });
}

Json body_of(const Event& event) {
  return event.visit([](const auto& e) { return encode(e); });
}

std::vector<std::string> objects_of(const Event& event) {
  std::vector<std::string> out;
  event.visit([&](const auto& e) { collect_ids(out, record_detail::table_of<std::remove_cvref_t<decltype(e)>>(), &e); });
  return out;
}

Result<Event> event_from(std::string_view kind, int version, const Json& body, std::span<const std::string> erased) {
  if (version != 1) return fail(Errc::corrupt, "event.unknown_version");
  auto at = std::lower_bound(decoders().begin(), decoders().end(), kind, [](const Decoder& d, std::string_view k) { return d.kind < k; });
  if (at == decoders().end() || at->kind != kind) return fail(Errc::corrupt, "event.not_ours");
  return at->decode(body, erased);
}

}  // namespace sluice::space
