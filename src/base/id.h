// Strong identifiers: an Id<DatasetTag> is never mistaken for an Id<PartyTag>.
//
// Form: lower-case prefix of the kind, underscore, 1–40 characters of [0-9a-z_-]; opaque, never derived from data.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace sluice {

bool is_id_text(std::string_view text, std::string_view prefix);

// Tag names the prefix: struct DatasetTag { static constexpr std::string_view prefix = "ds"; };
template <class Tag>
class Id {
 public:
  Id() = default;  // the absent id: empty text
  static Id make(RandomSource& random) { return Id(random_name(random, Tag::prefix)); }
  static Result<Id> parse(std::string_view text) {
    if (!is_id_text(text, Tag::prefix)) return fail(Errc::invalid, "id.malformed", std::string(Tag::prefix));
    return Id(std::string(text));
  }
  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace sluice

template <class Tag>
struct std::hash<sluice::Id<Tag>> {
  size_t operator()(const sluice::Id<Tag>& id) const { return std::hash<std::string>()(id.str()); }
};
