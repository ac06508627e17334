#include "node/subject_words.h"

#include <algorithm>

namespace sluice::node {

using namespace space;

namespace {

struct WhyNotSearched {
  std::string_view reason, zh, en;
};
constexpr WhyNotSearched kWhyNotSearched[] = {
    {"law.search_not_graded", "尚未确认哪些字段识别个人", "which columns identify people is not confirmed yet"},
    {"law.search_no_identifier", "没有识别个人的字段", "no column identifies people"},
    {"law.search_destroyed", "识别个人的字段的密钥已销毁", "the keys of the columns that identify people are destroyed"},
    {"law.search_masked", "已脱敏，无法再找到任何个人", "masked beyond finding anybody again"},
    {"law.search_aggregate", "仅有汇总数，不含个人的行", "counts and sums only, nobody's rows"},
    {"law.search_went_away", "查找过程中被销毁", "destroyed while the search ran"},
    {"law.search_other_identifier", "仅有其他种类的个人编号，未以该种编号查找", "names people by other kinds of numbers only, which were not searched for"},
    {"law.search_many_links", "已查找；但同一行中的其他编号过多，未视为本人编号", "searched; but too many other numbers stand in these rows to be this person's"},
};
// No search goes there: what left the space, and what was set aside against its loss.
constexpr WhyNotSearched kNeverSearched[] = {
    {"law.search_deliveries", "已交付给接收方的副本：由接收方依合同答复；见使用记录", "copies that recipients got: they answer under their contracts; see the record of uses"},
    {"law.search_backups", "备份：只在恢复后才可查找", "backups: they can be searched only once they are restored"},
};

// What a record of a person's uses does not have, whoever asks.
constexpr WhyNotSearched kNeverTold[] = {
    {"law.uses_ranges", "未指明个人、按范围的法定提供：不记入个人使用记录", "statutory provisions of a range, which name nobody, are no record of a person"},
    {"law.uses_own_people", "本单位人员在履职中查看、下载数据：记入操作日志，不记入个人使用记录", "what the controller's own people look at or download on duty is in the log of operations, and no record of a person"},
};

}  // namespace

Json not_told_shown(const rules::LawPack& law) {
  Json out = Json::array();
  for (const WhyNotSearched& why : kNeverTold) out.push(Json::object({{"en", why.en}, {"reason", why.reason}, {"zh", why.zh}}));
  for (const rules::LawProvisionKind& kind : law.provisions)
    if (!kind.told.value_or(true))
      out.push(Json::object({{"en", "provisions of the kind \"" + kind.en + "\" are not told where the law forbids it"}, {"reason", "law.uses_forbidden"},
                             {"zh", "“" + kind.zh + "”类提供依法不予告知"}}));
  return out;
}

Json not_searched_shown(const State& s, const SubjectRequest& r) {
  Json out = Json::array();
  for (const NotSearched& one : r.not_searched.value_or(std::vector<NotSearched>())) {
    const Dataset* dataset = find(s.datasets, one.dataset);
    auto why = std::find_if(std::begin(kWhyNotSearched), std::end(kWhyNotSearched), [&](const auto& w) { return w.reason == one.reason; });
    bool known = why != std::end(kWhyNotSearched);
    out.push(Json::object({{"en", known ? why->en : std::string_view(one.reason)}, {"in", name_of(one.in)}, {"reason", one.reason},
                           {"title", !dataset ? "" : dataset->title.empty() ? dataset->name : dataset->title}, {"version", one.version.str()},
                           {"zh", known ? why->zh : std::string_view(one.reason)}}));
  }
  for (const WhyNotSearched& why : kNeverSearched)
    out.push(Json::object({{"en", why.en}, {"in", "outside"}, {"reason", why.reason}, {"title", ""}, {"version", ""}, {"zh", why.zh}}));
  return out;
}

}  // namespace sluice::node
