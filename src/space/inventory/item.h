// Described items: holdings that no plan collects (paper files, film, tapes, what lies in other systems). They are in the
// inventory and in the classification-and-grading list with everything but content (G2.3, G2.8).
//
//   (none) ──DescribeItem──▶ open ──GradeItem (data manager)──▶ graded, for the days of its level
//   open | graded ──DescribeItem──▶ the same, with a further version of the answers
//   open | graded ──EndItem (data manager)──▶ ended: destroyed or handed over; in no list any more
// DescribeItem: the data manager, or who answers for the department (routing.h), who cannot move it to another one. A level
// below the floor of the type is refused ("catalog.below_floor"): items have no lowering.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"
#include "standard/taxonomy.h"

namespace sluice::space {

constexpr std::array<std::string_view, 4> kItemMedia = {"paper", "film", "tape", "electronic"};
// The stages of the life cycle for which people say what protects the data (G2.8).
constexpr std::array<std::string_view, 7> kLifeStages = {"collection", "transmission", "storage", "use", "provision", "disclosure", "destruction"};

struct ItemFacts {
  std::string title, description, medium;  // of kItemMedia
  UnitId department;
  std::string system, place;
  int64_t volume = 0;
  std::string volume_unit;  // volumes, boxes, sheets …
  std::string frequency, retention, purpose, processing, provision;
  std::map<std::string, std::string> measures;  // by stage
  static constexpr auto fields = field_list(
      field("title", &ItemFacts::title), field("description", &ItemFacts::description), field("medium", &ItemFacts::medium),
      field("department", &ItemFacts::department), field("system", &ItemFacts::system), field("place", &ItemFacts::place),
      field("volume", &ItemFacts::volume), field("volume_unit", &ItemFacts::volume_unit), field("frequency", &ItemFacts::frequency),
      field("retention", &ItemFacts::retention), field("purpose", &ItemFacts::purpose), field("processing", &ItemFacts::processing),
      field("provision", &ItemFacts::provision), field("measures", &ItemFacts::measures));
};
struct ItemGrade {
  std::string type;
  Category category = Category::none;
  int level = 1;
  bool identifying = false;
  std::string reason;
  std::optional<std::string> own_level{};  // own_levels.h
  static constexpr auto fields =
      field_list(field("type", &ItemGrade::type), field("category", &ItemGrade::category), field("level", &ItemGrade::level),
                 field("identifying", &ItemGrade::identifying), field("reason", &ItemGrade::reason), field("own_level", &ItemGrade::own_level));
};

struct DescribeItem {
  static constexpr std::string_view kind = "inventory.describe_item";
  ItemId item;  // empty: a new one
  ItemFacts facts;
  static constexpr auto fields = field_list(field("item", &DescribeItem::item), field("facts", &DescribeItem::facts));
};
struct GradeItem {
  static constexpr std::string_view kind = "inventory.grade_item";
  ItemId item;
  ItemGrade grade;
  static constexpr auto fields = field_list(field("item", &GradeItem::item), field("grade", &GradeItem::grade));
};
struct EndItem {
  static constexpr std::string_view kind = "inventory.end_item";
  ItemId item;
  std::string reason;
  static constexpr auto fields = field_list(field("item", &EndItem::item), field("reason", &EndItem::reason));
};

struct ItemDescribed {
  static constexpr std::string_view kind = "inventory.item_described";
  ItemId item;
  PartyId party;
  int64_t number = 1;  // of the answers
  ItemFacts facts;
  static constexpr auto fields = field_list(field("item", &ItemDescribed::item), field("party", &ItemDescribed::party), field("number", &ItemDescribed::number),
                                            field("facts", &ItemDescribed::facts));
};
struct ItemGraded {
  static constexpr std::string_view kind = "inventory.item_graded";
  ItemId item;
  ItemGrade grade;
  TimeMs valid_until_ms = 0;
  static constexpr auto fields = field_list(field("item", &ItemGraded::item), field("grade", &ItemGraded::grade), field("valid_until_ms", &ItemGraded::valid_until_ms));
};
struct ItemEnded {
  static constexpr std::string_view kind = "inventory.item_ended";
  ItemId item;
  std::string reason;
  static constexpr auto fields = field_list(field("item", &ItemEnded::item), field("reason", &ItemEnded::reason));
};

// One version of the answers about an item.
struct ItemAnswers {
  int64_t number = 1;
  ItemFacts facts;
  PersonId by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(field("number", &ItemAnswers::number), field("facts", &ItemAnswers::facts), field("by", &ItemAnswers::by),
                                            field("at_ms", &ItemAnswers::at_ms), field("seq", &ItemAnswers::seq));
};

struct DescribedItem {
  ItemId id;
  PartyId party;
  ItemFacts facts;
  std::vector<ItemAnswers> answers;  // the newest kAnswersKept; the ledger has all
  std::optional<ItemGrade> grade;
  PersonId graded_by;
  TimeMs at_ms = 0, graded_ms = 0, valid_until_ms = 0, ended_ms = 0;
  std::string ended;  // why
  uint64_t seq = 0;
  bool expired(TimeMs now) const { return grade && now >= valid_until_ms; }
  static constexpr auto fields = field_list(
      field("id", &DescribedItem::id), field("party", &DescribedItem::party), field("facts", &DescribedItem::facts), field("answers", &DescribedItem::answers),
      field("grade", &DescribedItem::grade), field("graded_by", &DescribedItem::graded_by), field("at_ms", &DescribedItem::at_ms),
      field("graded_ms", &DescribedItem::graded_ms), field("valid_until_ms", &DescribedItem::valid_until_ms), field("ended_ms", &DescribedItem::ended_ms),
      field("ended", &DescribedItem::ended), field("seq", &DescribedItem::seq));
};
constexpr size_t kAnswersKept = 20;

}  // namespace sluice::space
