#include <algorithm>

#include "policy/access.h"

namespace sluice::policy {

namespace {

constexpr size_t kBits = 64;
constexpr size_t kMaps = 7;

template <class Map>
void set_bit(Map& bitmap, size_t place) {
  bitmap[place / kBits] |= uint64_t{1} << (place % kBits);
}

}  // namespace

uint32_t AccessIndex::Dimension::number(std::string_view name) const {
  auto it = numbers.find(std::string(name));
  return it == numbers.end() ? 0 : it->second;
}

uint32_t AccessIndex::Dimension::add(const std::string& name) {
  auto [it, fresh] = numbers.try_emplace(name, static_cast<uint32_t>(numbers.size()) + 1);
  if (fresh) slots.push_back(0);
  return it->second;
}

AccessIndex::AccessIndex(std::span<const AccessRule> rules, std::span<const AccessRight> rights) {
  add_rules(rules);
  add_rights(rights);
}

void AccessIndex::add_rules(std::span<const AccessRule> rules) {
  auto forbids = static_cast<size_t>(std::count_if(rules.begin(), rules.end(), [](const auto& r) { return r.effect == AccessEffect::forbid; }));
  forbid_words_ = (forbids + kBits - 1) / kBits;
  words_ = forbid_words_ + (rules.size() - forbids + kBits - 1) / kBits;
  size_t next_forbid = 0, next_permit = forbid_words_ * kBits;
  std::vector<size_t> places;
  for (const AccessRule& rule : rules) places.push_back(rule.effect == AccessEffect::forbid ? next_forbid++ : next_permit++);
  levels_.assign(6, Bitmap(words_));
  for (size_t i = 0; i < rules.size(); i++)
    for (int level = std::max(rules[i].level_min, 1); level <= std::min(rules[i].level_max, 5); level++)
      set_bit(levels_[static_cast<size_t>(level)], places[i]);
  std::pair<Dimension*, std::vector<std::string> AccessRule::*> dimensions[] = {
      {&duties_, &AccessRule::duties},     {&holders_, &AccessRule::units},         {&actions_, &AccessRule::actions},
      {&datasets_, &AccessRule::datasets}, {&categories_, &AccessRule::categories}, {&purposes_, &AccessRule::purposes}};
  for (auto& [d, list] : dimensions) {
    d->bitmaps.assign(1, Bitmap(words_));
    for (size_t i = 0; i < rules.size(); i++)
      if ((rules[i].*list).empty()) set_bit(d->bitmaps[0], places[i]);
    for (size_t i = 0; i < rules.size(); i++)
      for (const std::string& name : rules[i].*list) {
        uint32_t& slot = d->slots[d->add(name)];
        if (slot == 0) {
          slot = static_cast<uint32_t>(d->bitmaps.size());
          d->bitmaps.push_back(d->bitmaps[0]);
        }
        set_bit(d->bitmaps[slot], places[i]);
      }
  }
  add_regions(rules, places);
}

// Which listed prefixes a region has follows from the longest of them alone: a bitmap for each prefix that is listed.
void AccessIndex::add_regions(std::span<const AccessRule> rules, const std::vector<size_t>& places) {
  std::vector<std::string> prefixes{""};
  for (const AccessRule& rule : rules)
    for (const std::string& region : rule.regions)
      if (regions_.number(region) == 0) {
        regions_.add(region);
        prefixes.push_back(region);
      }
  regions_.bitmaps.assign(prefixes.size(), Bitmap(words_));
  for (size_t n = 0; n < prefixes.size(); n++) {
    if (n > 0) regions_.slots[n] = static_cast<uint32_t>(n);
    for (size_t i = 0; i < rules.size(); i++) {
      const auto& list = rules[i].regions;
      if (list.empty() || std::any_of(list.begin(), list.end(), [&](const auto& prefix) { return prefixes[n].starts_with(prefix); }))
        set_bit(regions_.bitmaps[n], places[i]);
    }
  }
}

AccessIndex::List AccessIndex::list_of(Dimension& dimension, const std::vector<std::string>& names) {
  if (names.size() == 1) return {dimension.add(names.front()), 1};  // most lists name one: no second place in memory to go to
  List out{static_cast<uint32_t>(numbers_.size()), static_cast<uint32_t>(names.size())};
  for (const std::string& name : names) numbers_.push_back(dimension.add(name));
  return out;
}

void AccessIndex::add_rights(std::span<const AccessRight> rights) {
  std::vector<uint32_t> holder;
  for (const AccessRight& right : rights) holder.push_back(holders_.add(right.holder));
  right_begin_.assign(holders_.numbers.size() + 2, 0);
  for (uint32_t h : holder) right_begin_[h + 1]++;
  for (size_t i = 1; i < right_begin_.size(); i++) right_begin_[i] += right_begin_[i - 1];
  rights_.resize(rights.size());
  std::vector<uint32_t> next(right_begin_);
  for (size_t i = 0; i < rights.size(); i++) {
    const AccessScope& scope = rights[i].scope;
    rights_[next[holder[i]]++] = Right{.actions = list_of(actions_, scope.actions), .datasets = list_of(datasets_, scope.datasets),
                                       .categories = list_of(categories_, scope.categories), .purposes = list_of(purposes_, scope.purposes),
                                       .expires_ms = rights[i].expires_ms, .level_max = scope.level_max};
  }
}

AccessIndex::Ask AccessIndex::ask_of(const AccessQuestion& q) const {
  Ask ask{.person = holders_.number(q.person), .unit = q.unit.empty() ? 0 : holders_.number(q.unit), .region = 0, .action = actions_.number(q.action),
          .dataset = datasets_.number(q.dataset), .category = categories_.number(q.category), .purpose = purposes_.number(q.purpose),
          .duties = {}, .level = q.level, .now = q.now};
  for (std::string_view duty : q.duties) ask.duties.push_back(duties_.number(duty));
  for (size_t length = q.region.size(); length > 0 && ask.region == 0; length--) ask.region = regions_.number(q.region.substr(0, length));
  return ask;
}

bool AccessIndex::listed(const List& list, uint32_t number) const {
  if (list.count == 0) return true;
  if (list.count == 1) return number != 0 && number == list.from;
  const uint32_t* from = numbers_.data() + list.from;
  return number != 0 && std::find(from, from + list.count, number) != from + list.count;
}

bool AccessIndex::any_right(uint32_t holder, const Ask& ask) const {
  if (holder == 0) return false;
  for (uint32_t i = right_begin_[holder]; i < right_begin_[holder + 1]; i++) {
    const Right& r = rights_[i];
    if (ask.level <= r.level_max && ask.now < r.expires_ms && listed(r.actions, ask.action) && listed(r.datasets, ask.dataset) &&
        listed(r.categories, ask.category) && listed(r.purposes, ask.purpose))
      return true;
  }
  return false;
}

AccessIndex::Word AccessIndex::spoken(const Ask& ask, const Word* const* maps, size_t word) const {
  Word out = maps[0][word] & maps[1][word];
  if (out == 0) return 0;
  for (size_t m = 2; m < kMaps; m++) out &= maps[m][word];
  if (out == 0) return 0;
  Word duties = duties_.bitmaps[0][word];
  for (uint32_t duty : ask.duties) duties |= duties_.bitmap(duty)[word];
  return out & duties;
}

bool AccessIndex::allows(const Ask& ask) const {
  if (ask.level < 1 || ask.level > 5) return false;
  const Word* maps[kMaps] = {datasets_.bitmap(ask.dataset), actions_.bitmap(ask.action),     levels_[static_cast<size_t>(ask.level)].data(),
                             holders_.bitmap(ask.unit),     categories_.bitmap(ask.category), purposes_.bitmap(ask.purpose),
                             regions_.bitmap(ask.region)};
  for (size_t word = 0; word < forbid_words_; word++)
    if (spoken(ask, maps, word)) return false;
  // The rules' bitmaps stay in the cache, the rights of a million people do not: they are asked last.
  for (size_t word = forbid_words_; word < words_; word++)
    if (spoken(ask, maps, word)) return true;
  return any_right(ask.person, ask) || any_right(ask.unit, ask);
}

}  // namespace sluice::policy
