// What the destruction of a person's rows does not reach: rows are followed through versions that were written again, and no further than they are.
#include "node/what_survives.h"

#include "tests/unit/space/walk.h"

namespace sluice::node {
namespace {

using namespace space;

struct Survivors : DeskWalk {
  Survivors() : DeskWalk(&Walk::until_product) {
    mine.id = KeyWorkId::make(desk.random);
    mine.work = KeyWork::destroy_person;
    mine.request = SubjectRequestId::make(desk.random);
    mine.person = PersonRows{.versions = 1, .kept = 0, .list = {}};
    state().key_works[mine.id.str()] = mine;
  }
  State& state() { return desk.state_; }
  DatasetVersion& made(std::vector<VersionId> parts, VersionId masked_from = {}) {
    DatasetVersion out = state().versions.at(walk.version.str());
    out.id = VersionId::make(desk.random);
    out.parts = std::move(parts);
    out.masked_from = masked_from;
    return state().versions[out.id.str()] = out;
  }
  VersionId again(const VersionId& version, const KeyWorkId& work) {
    const DatasetVersion old = state().versions.at(version.str());
    VersionId fresh = made(old.parts, old.masked_from).id;
    state().rewrites[version.str()] = Rewrite{.version = version, .new_version = fresh, .key_work = work, .rows_removed = 1};
    state().rewritten_from[fresh.str()] = version;
    state().destroyed[version.str()] = DestroyedKeys{.version = version, .columns = {}, .whole = true};
    return fresh;
  }
  KeyWorkId another() {
    KeyWorkItem out;
    out.id = KeyWorkId::make(desk.random);
    out.work = KeyWork::destroy_rows;
    return (state().key_works[out.id.str()] = out).id;
  }
  std::set<std::string> versions() {
    Json said = what_survives(state(), mine, desk.now_);
    auto ids = *decode<std::vector<std::string>>(*said.find("versions"), "versions");
    return {ids.begin(), ids.end()};
  }
  KeyWorkItem mine;
};

TEST(WhatSurvives, WhatWasMadeBeforeAVersionWasWrittenAgainIsOfIt) {
  Survivors w;
  VersionId second = w.again(w->version, w.another());
  w.again(second, w.mine.id);
  EXPECT_TRUE(w.versions().contains(w->masked.str())) << "masked from the first";
}

TEST(WhatSurvives, WhatWasWrittenWithoutTheRowsAndWhatCameOfItIsNot) {
  Survivors w;
  VersionId merged = w.made({w->version}).id;
  VersionId with = w.made({merged}, {}).id;
  VersionId clean = w.again(merged, w.mine.id);
  VersionId later = w.again(clean, w.another());
  VersionId of_later = w.made({}, later).id;
  VersionId alone = w.again(w->version, w.mine.id);
  auto said = w.versions();
  for (const VersionId& id : {clean, later, of_later, alone}) EXPECT_FALSE(said.contains(id.str()));
  EXPECT_TRUE(said.contains(with.str())) << "made before, and never written again";
}

TEST(WhatSurvives, WrittenAgainForAnothersSakeItHoldsWhatItHeld) {
  Survivors w;
  VersionId merged = w.made({w->version}).id;
  VersionId today = w.again(merged, w.another());
  w.again(w->version, w.mine.id);
  auto said = w.versions();
  EXPECT_TRUE(said.contains(today.str()));
  EXPECT_FALSE(said.contains(merged.str())) << "its keys are gone";
}

TEST(WhatSurvives, AVersionThatTheDestroyedOneWasMadeOfIsNamedAsItIsToday) {
  Survivors w;
  VersionId merged = w.made({w->version}).id;
  VersionId today = w.again(w->version, w.another());
  w.again(merged, w.mine.id);
  Json said = what_survives(w.state(), w.mine, w.desk.now_);
  const auto& same = said.find("same_rows")->as_array();
  ASSERT_EQ(same.size(), 1u);
  EXPECT_EQ(*same[0].get_string("version"), today.str());
}

}  // namespace
}  // namespace sluice::node
