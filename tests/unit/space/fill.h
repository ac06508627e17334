// Values of any record, filled from a seed: arbitrary ones for codecs, plausible ones for simulations.
#pragma once

#include "base/random.h"
#include "codec/record.h"

namespace sluice::space {

// `hook(value, name)` may fill a value itself (true); what it leaves is filled arbitrarily.
template <class Hook>
class Filler {
 public:
  Filler(SeededRandom& random, Hook hook) : random_(random), hook_(std::move(hook)) {}

  template <class T>
  void fill(T& v, std::string_view name = "") {
    using namespace record_detail;
    if (hook_(v, name)) return;
    if constexpr (std::is_same_v<T, Json>) {
      v = Json::object({{"a", static_cast<int64_t>(random_.below(9))}, {"b", Json::array({"第\"一", nullptr, true})}});
    } else if constexpr (std::is_same_v<T, bool>) {
      v = random_.below(2) == 1;
    } else if constexpr (std::is_same_v<T, std::string>) {
      static constexpr std::string_view kTexts[] = {"a", "数\"据", "", "x\n\\y", "😀", "<b>'; DROP", "0"};
      v = kTexts[random_.below(std::size(kTexts))];
    } else if constexpr (std::is_same_v<T, uint64_t>) {
      v = random_.next() >> 1;
    } else if constexpr (std::is_integral_v<T>) {
      v = static_cast<T>(random_.next());
    } else if constexpr (NamedEnum<T>) {
      v = static_cast<T>(random_.below(std::size(enum_names(T{}))));
    } else if constexpr (is_id<T>::value) {
      v = random_.below(8) == 0 ? T{} : T::make(random_);
    } else if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, Digest>) {
      if constexpr (std::is_same_v<T, Bytes>) v.resize(random_.below(70));
      random_.fill(v);
    } else if constexpr (is_optional<T>::value) {
      v.reset();
      if (random_.below(2)) fill(v.emplace(), name);
    } else if constexpr (is_vector<T>::value) {
      v.resize(random_.below(4));
      for (auto& item : v) fill(item, name);
    } else if constexpr (is_map<T>::value) {
      v.clear();
      for (uint64_t n = random_.below(4); n > 0; n--) fill(v["k" + std::to_string(n)], name);
    } else {
      T::fields.each([&](const auto& f) { fill(v.*(f.member), f.name); });
    }
  }

 private:
  SeededRandom& random_;
  Hook hook_;
};

inline auto arbitrary(SeededRandom& random) {
  return Filler(random, [](auto&, std::string_view) { return false; });
}

}  // namespace sluice::space
