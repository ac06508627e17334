// Access inside the space (C6.4.1, C6.4.2, C7.2.4a): may this person do this to a field of this kind, and why.
//
// Default deny. A rule speaks by attributes (duty, unit, region, action, dataset, field class, level, purpose): a rule that
// forbids wins over everything; a rule that permits, or a right granted to the person or to the person's unit that is in
// force and reaches the field, allows. An empty list of a rule or right reaches everything of its kind; a region reaches
// all regions whose code it begins.
//
// decide_access() looks at each rule and right in turn and says what decided: the reference.
// AccessIndex answers the same question from bitmaps over the rules and the rights of one person at a time; it is immutable,
// its answers are the reference's (tested), and it may be shared between threads. It keeps no reference to what it was made
// from. A space decides by it (space/access/question.h): rules_say() for the rules, of which a party has one index
// (IndexedRules), and the few rights of the one who asks beside it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "policy/name_table.h"

namespace sluice::policy {

enum class AccessEffect { permit, forbid };
constexpr std::array<std::string_view, 2> enum_names(AccessEffect) { return {"permit", "forbid"}; }

struct AccessRule {
  std::string id;
  AccessEffect effect = AccessEffect::permit;
  std::vector<std::string> duties, units, regions;                       // of the person
  std::vector<std::string> actions, datasets, categories, purposes;     // of what is done
  int level_min = 1, level_max = 5;
  std::string zh, en;
  static constexpr auto fields = field_list(
      field("id", &AccessRule::id), field("effect", &AccessRule::effect), field("duties", &AccessRule::duties), field("units", &AccessRule::units),
      field("regions", &AccessRule::regions), field("actions", &AccessRule::actions), field("datasets", &AccessRule::datasets),
      field("categories", &AccessRule::categories), field("purposes", &AccessRule::purposes), field("level_min", &AccessRule::level_min),
      field("level_max", &AccessRule::level_max), field("zh", &AccessRule::zh), field("en", &AccessRule::en));
};

// What a right reaches.
struct AccessScope {
  std::vector<std::string> actions, datasets, categories, purposes;
  int level_max = 3;
  static constexpr auto fields =
      field_list(field("actions", &AccessScope::actions), field("datasets", &AccessScope::datasets), field("categories", &AccessScope::categories),
                 field("purposes", &AccessScope::purposes), field("level_max", &AccessScope::level_max));
};
struct AccessRight {
  std::string id, holder;  // holder: a person's id, or a unit's
  AccessScope scope;
  TimeMs expires_ms = 0;
};

struct AccessQuestion {
  std::string_view person, unit, region;
  std::vector<std::string_view> duties;
  std::string_view action, dataset, category, purpose;
  int level = 5;
  TimeMs now = 0;
};

struct AccessAnswer {
  bool allowed = false;
  std::string_view reason;  // "access.right", "access.permitted_by_rule", "access.forbidden_by_rule", "access.no_right"
  std::string by;           // the rule or right that decided; empty for no_right
};

bool speaks_of(const AccessRule& rule, const AccessQuestion& question);
// Whether a right of this scope, held by whoever asks, is in force and reaches the field.
bool reaches(const AccessScope& scope, TimeMs expires_ms, const AccessQuestion& question);
bool reaches(const AccessRight& right, const AccessQuestion& question);
AccessAnswer decide_access(std::span<const AccessRule> rules, std::span<const AccessRight> rights, const AccessQuestion& question);

class AccessIndex {
 public:
  AccessIndex(std::span<const AccessRule> rules, std::span<const AccessRight> rights);

  // A question with its names already looked up, for many questions about the same people and fields. 0 stands for a name
  // that no rule and no right has.
  struct Ask {
    uint32_t person = 0, unit = 0, region = 0, action = 0, dataset = 0, category = 0, purpose = 0;
    std::array<uint32_t, 6> duties{};     // of duties that rules speak of; the rest in more_duties, which most people need not
    uint32_t duty_count = 0;
    int level = 5;
    TimeMs now = 0;
    std::vector<uint32_t> more_duties;
  };
  Ask ask_of(const AccessQuestion& question) const;
  bool allows(const Ask& ask) const;
  bool allows(const AccessQuestion& question) const;

  // What the rules alone say: the first of them, as they were given, that forbids, else the first that permits; nothing where
  // none speaks.
  struct Said {
    AccessEffect effect = AccessEffect::forbid;
    uint32_t rule = 0;  // its place among the rules
  };
  std::optional<Said> rules_say(const AccessQuestion& question) const;

 private:
  using Word = uint64_t;
  using Bitmap = std::vector<Word>;
  // Names of one kind, numbered from 1. A bitmap stands for each name that a rule lists (slot), the first of them for all
  // other names: it holds the rules that list none.
  struct Dimension {
    NameTable names;
    std::vector<uint32_t> slots{0};  // by number
    std::vector<Bitmap> bitmaps;
    uint32_t number(std::string_view name) const { return names.number(name); }
    uint32_t add(std::string_view name);
    const Word* bitmap(uint32_t number) const { return bitmaps[slots[number]].data(); }
  };
  // Names of a right: 0 for every name, one name's number, or, with the highest bit, where in numbers_ a count and as many numbers stand.
  using List = uint32_t;
  struct Right {
    List actions = 0, datasets = 0, categories = 0, purposes = 0;
    TimeMs expires_ms = 0;
    int level_max = 0;
  };
  void add_rules(std::span<const AccessRule> rules);
  void add_rights(std::span<const AccessRight> rights);
  void add_regions(std::span<const AccessRule> rules, const std::vector<size_t>& places);
  List list_of(Dimension& dimension, const std::vector<std::string>& names);
  bool listed(List list, uint32_t number) const;
  bool any_right(uint32_t holder, const Ask& ask) const;
  struct Maps {  // that a rule must stand in to speak of a question
    std::array<const Word*, 7> of{};
    size_t count = 0;
  };
  Maps maps_for(const Ask& ask) const;
  // What the rules say; nothing where none speaks. Needs no person.
  std::optional<bool> by_rules(const Ask& ask) const;
  Ask ask_without_person(const AccessQuestion& question) const;
  bool any_speaks(const Ask& ask, const Maps& maps, size_t word) const;  // of the rules of one block of words
  Word speaking(const Ask& ask, const Maps& maps, size_t word) const;    // those of one word
  // The next block at or after this one in which a rule may speak; blocks() where there is none.
  size_t next_block(const Ask& ask, const Maps& maps, size_t block) const;
  size_t blocks() const;

  // Rules that forbid stand first, up to a whole block of words; among those of one effect rules of the same datasets stand
  // together. A bitmap has a bit for each block that is not empty behind its words: most blocks are not looked at at all.
  size_t words_ = 0, forbid_words_ = 0;
  std::vector<uint32_t> rule_at_;  // by place
  Dimension duties_, holders_, actions_, datasets_, categories_, purposes_, regions_;
  std::vector<Bitmap> levels_;
  std::vector<uint32_t> right_begin_;  // by holder number
  std::vector<Right> rights_;
  std::vector<uint32_t> numbers_;
};

// The index of a set of rules, made when it is first asked for. Copies share it: they stand for the same rules. Thread-safe.
class IndexedRules {
 public:
  IndexedRules();
  const AccessIndex& of(std::span<const AccessRule> rules) const;

 private:
  struct Made;
  std::shared_ptr<Made> made_;
};

}  // namespace sluice::policy
