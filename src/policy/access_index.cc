#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>
#include <numeric>
#include <tuple>

#include "policy/access.h"

namespace sluice::policy {

namespace {

constexpr size_t kBits = 64;
constexpr uint32_t kInNumbers = uint32_t{1} << 31;
constexpr size_t kBlock = 8;  // words looked at in one go, without a branch: most of what a decision costs would be wrong guesses

size_t words_of(size_t rules) { return (rules + kBlock * kBits - 1) / (kBlock * kBits) * kBlock; }
size_t words_of_blocks(size_t words) { return (words / kBlock + kBits - 1) / kBits; }

// The words of one block, two to a register: both x86-64 and arm64 have such at their least.
class Block {
 public:
  explicit Block(const uint64_t* at) {
    for (size_t i = 0; i < kPairs; i++) pairs_[i] = pair(at, i);
  }
  void join(const uint64_t* at) {
#pragma GCC unroll 4
    for (size_t i = 0; i < kPairs; i++) pairs_[i] |= pair(at, i);
  }
  void narrow(const uint64_t* at) {
#pragma GCC unroll 4
    for (size_t i = 0; i < kPairs; i++) pairs_[i] &= pair(at, i);
  }
  bool any() const {
    Pair all = (pairs_[0] | pairs_[1]) | (pairs_[2] | pairs_[3]);
    return (all[0] | all[1]) != 0;
  }

 private:
  typedef uint64_t Pair __attribute__((vector_size(16)));
  static constexpr size_t kPairs = kBlock / 2;
  static Pair pair(const uint64_t* at, size_t i) {
    Pair out;
    std::memcpy(&out, at + 2 * i, sizeof out);
    return out;
  }
  Pair pairs_[kPairs];
};

template <class Map>
void set_bit(Map& bitmap, size_t place) {
  bitmap[place / kBits] |= uint64_t{1} << (place % kBits);
}
// The rule of a place, and the block that it stands in, whose bits lie behind the `words` of the rules.
template <class Map>
void set_rule(Map& bitmap, size_t words, size_t place) {
  set_bit(bitmap, place);
  set_bit(bitmap, words * kBits + place / (kBlock * kBits));
}

// The order of the places: rules of the same datasets stand together, so that a dataset's bitmap has few blocks.
std::vector<uint32_t> by_dataset(std::span<const AccessRule> rules) {
  std::vector<uint32_t> out(rules.size());
  std::iota(out.begin(), out.end(), 0u);
  auto key = [&](uint32_t i) { return std::tie(rules[i].datasets, rules[i].duties, rules[i].categories, rules[i].actions, rules[i].purposes); };
  std::stable_sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  return out;
}

}  // namespace

uint32_t AccessIndex::Dimension::add(std::string_view name) {
  uint32_t number = names.add(name);
  if (number >= slots.size()) slots.push_back(0);
  return number;
}

AccessIndex::AccessIndex(std::span<const AccessRule> rules, std::span<const AccessRight> rights) {
  add_rules(rules);
  add_rights(rights);
}

void AccessIndex::add_rules(std::span<const AccessRule> rules) {
  auto forbids = static_cast<size_t>(std::count_if(rules.begin(), rules.end(), [](const auto& r) { return r.effect == AccessEffect::forbid; }));
  forbid_words_ = words_of(forbids);
  words_ = forbid_words_ + words_of(rules.size() - forbids);
  size_t next_forbid = 0, next_permit = forbid_words_ * kBits, length = words_ + words_of_blocks(words_);
  std::vector<size_t> places(rules.size());
  rule_at_.assign(words_ * kBits, 0);
  for (uint32_t i : by_dataset(rules)) {
    places[i] = rules[i].effect == AccessEffect::forbid ? next_forbid++ : next_permit++;
    rule_at_[places[i]] = i;
  }
  levels_.assign(6, Bitmap(length));
  for (size_t i = 0; i < rules.size(); i++)
    for (int level = std::max(rules[i].level_min, 1); level <= std::min(rules[i].level_max, 5); level++)
      set_rule(levels_[static_cast<size_t>(level)], words_, places[i]);
  std::pair<Dimension*, std::vector<std::string> AccessRule::*> dimensions[] = {
      {&duties_, &AccessRule::duties},     {&holders_, &AccessRule::units},         {&actions_, &AccessRule::actions},
      {&datasets_, &AccessRule::datasets}, {&categories_, &AccessRule::categories}, {&purposes_, &AccessRule::purposes}};
  for (auto& [d, list] : dimensions) {
    d->bitmaps.assign(1, Bitmap(length));
    for (size_t i = 0; i < rules.size(); i++)
      if ((rules[i].*list).empty()) set_rule(d->bitmaps[0], words_, places[i]);
    for (size_t i = 0; i < rules.size(); i++)
      for (const std::string& name : rules[i].*list) {
        uint32_t& slot = d->slots[d->add(name)];
        if (slot == 0) {
          slot = static_cast<uint32_t>(d->bitmaps.size());
          d->bitmaps.push_back(d->bitmaps[0]);
        }
        set_rule(d->bitmaps[slot], words_, places[i]);
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
  regions_.bitmaps.assign(prefixes.size(), Bitmap(words_ + words_of_blocks(words_)));
  for (size_t n = 0; n < prefixes.size(); n++) {
    if (n > 0) regions_.slots[n] = static_cast<uint32_t>(n);
    for (size_t i = 0; i < rules.size(); i++) {
      const auto& list = rules[i].regions;
      if (list.empty() || std::any_of(list.begin(), list.end(), [&](const auto& prefix) { return prefixes[n].starts_with(prefix); }))
        set_rule(regions_.bitmaps[n], words_, places[i]);
    }
  }
}

AccessIndex::List AccessIndex::list_of(Dimension& dimension, const std::vector<std::string>& names) {
  if (names.empty()) return 0;
  if (names.size() == 1) return dimension.add(names.front());  // most lists name one: no second place in memory to go to
  List out = kInNumbers | static_cast<uint32_t>(numbers_.size());
  numbers_.push_back(static_cast<uint32_t>(names.size()));
  for (const std::string& name : names) numbers_.push_back(dimension.add(name));
  return out;
}

void AccessIndex::add_rights(std::span<const AccessRight> rights) {
  std::vector<uint32_t> holder;
  for (const AccessRight& right : rights) holder.push_back(holders_.add(right.holder));
  right_begin_.assign(holders_.names.size() + 2, 0);
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

AccessIndex::Ask AccessIndex::ask_without_person(const AccessQuestion& q) const {
  Ask ask;
  ask.unit = q.unit.empty() ? 0 : holders_.number(q.unit);
  ask.action = actions_.number(q.action);
  ask.dataset = datasets_.number(q.dataset);
  ask.category = categories_.number(q.category);
  ask.purpose = purposes_.number(q.purpose);
  ask.level = q.level;
  ask.now = q.now;
  for (std::string_view duty : q.duties) {
    uint32_t number = duties_.number(duty);
    if (number == 0) continue;
    if (ask.duty_count < ask.duties.size()) ask.duties[ask.duty_count++] = number;
    else ask.more_duties.push_back(number);
  }
  for (size_t length = q.region.size(); length > 0 && ask.region == 0; length--) ask.region = regions_.number(q.region.substr(0, length));
  return ask;
}

AccessIndex::Ask AccessIndex::ask_of(const AccessQuestion& q) const {
  Ask ask = ask_without_person(q);
  ask.person = holders_.number(q.person);
  return ask;
}

bool AccessIndex::listed(List list, uint32_t number) const {
  if (list == 0) return true;
  if ((list & kInNumbers) == 0) return number != 0 && number == list;
  const uint32_t* count = numbers_.data() + (list & ~kInNumbers);
  return number != 0 && std::find(count + 1, count + 1 + *count, number) != count + 1 + *count;
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

bool AccessIndex::any_speaks(const Ask& ask, const Maps& maps, size_t word) const {
  Block out(duties_.bitmaps[0].data() + word);
  for (uint32_t i = 0; i < ask.duty_count; i++) out.join(duties_.bitmap(ask.duties[i]) + word);
  for (uint32_t duty : ask.more_duties) out.join(duties_.bitmap(duty) + word);
  for (size_t m = 0; m < maps.count; m++) out.narrow(maps.of[m] + word);
  return out.any();
}

AccessIndex::Word AccessIndex::speaking(const Ask& ask, const Maps& maps, size_t word) const {
  Word out = duties_.bitmaps[0][word];
  for (uint32_t i = 0; i < ask.duty_count; i++) out |= duties_.bitmap(ask.duties[i])[word];
  for (uint32_t duty : ask.more_duties) out |= duties_.bitmap(duty)[word];
  for (size_t m = 0; m < maps.count; m++) out &= maps.of[m][word];
  return out;
}

size_t AccessIndex::blocks() const { return words_ / kBlock; }

size_t AccessIndex::next_block(const Ask& ask, const Maps& maps, size_t block) const {
  for (size_t word = block / kBits; word < words_of_blocks(words_); word++) {
    Word some = speaking(ask, maps, words_ + word);
    if (word == block / kBits) some &= ~Word{0} << (block % kBits);
    if (some != 0) return word * kBits + static_cast<size_t>(std::countr_zero(some));
  }
  return blocks();
}

AccessIndex::Maps AccessIndex::maps_for(const Ask& ask) const {
  Maps maps;
  maps.of[maps.count++] = levels_[static_cast<size_t>(ask.level)].data();
  auto narrowed_by = [&](const Dimension& d, uint32_t number) {
    if (d.bitmaps.size() > 1) maps.of[maps.count++] = d.bitmap(number);  // of a kind that no rule names, the bitmap holds every rule
  };
  narrowed_by(datasets_, ask.dataset);
  narrowed_by(actions_, ask.action);
  narrowed_by(holders_, ask.unit);
  narrowed_by(categories_, ask.category);
  narrowed_by(purposes_, ask.purpose);
  narrowed_by(regions_, ask.region);
  return maps;
}

std::optional<bool> AccessIndex::by_rules(const Ask& ask) const {
  if (ask.level < 1 || ask.level > 5) return false;
  Maps maps = maps_for(ask);
  // Blocks of rules that forbid come first. The rules' bitmaps stay in the cache, the rights of a million people do not: they are asked last.
  for (size_t block = next_block(ask, maps, 0); block < blocks(); block = next_block(ask, maps, block + 1))
    if (any_speaks(ask, maps, block * kBlock)) return block * kBlock >= forbid_words_;
  return std::nullopt;
}

std::optional<AccessIndex::Said> AccessIndex::rules_say(const AccessQuestion& q) const {
  Ask ask = ask_without_person(q);
  if (ask.level < 1 || ask.level > 5) return std::nullopt;
  Maps maps = maps_for(ask);
  std::optional<Said> out;
  for (size_t block = next_block(ask, maps, 0); block < blocks(); block = next_block(ask, maps, block + 1)) {
    AccessEffect effect = block * kBlock < forbid_words_ ? AccessEffect::forbid : AccessEffect::permit;
    if (out && out->effect != effect) break;
    for (size_t word = block * kBlock; word < (block + 1) * kBlock; word++)
      for (Word some = speaking(ask, maps, word); some != 0; some &= some - 1) {
        uint32_t rule = rule_at_[word * kBits + static_cast<size_t>(std::countr_zero(some))];
        if (!out || rule < out->rule) out = Said{effect, rule};
      }
  }
  return out;
}

bool AccessIndex::allows(const Ask& ask) const {
  if (auto said = by_rules(ask)) return *said;
  return any_right(ask.person, ask) || any_right(ask.unit, ask);
}

bool AccessIndex::allows(const AccessQuestion& q) const {
  Ask ask = ask_without_person(q);
  if (auto said = by_rules(ask)) return *said;
  return any_right(holders_.number(q.person), ask) || any_right(ask.unit, ask);
}

struct IndexedRules::Made {
  std::once_flag once;
  std::optional<AccessIndex> index;
};

IndexedRules::IndexedRules() : made_(std::make_shared<Made>()) {}

const AccessIndex& IndexedRules::of(std::span<const AccessRule> rules) const {
  std::call_once(made_->once, [&] { made_->index.emplace(rules, std::span<const AccessRight>()); });
  return *made_->index;
}

}  // namespace sluice::policy
