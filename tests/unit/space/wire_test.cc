#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "space/event.h"
#include "space/command.h"
#include "space/state.h"
#include "tests/unit/space/fill.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

TEST(SpaceWire, EveryEventDecodesToWhatWasEncoded) {
  SeededRandom random(1);
  for (int round = 0; round < 50; round++) {
    Event::each_kind([&](auto e) {
      arbitrary(random).fill(e);
      Event event = e;
      Json body = body_of(event);
      auto back = event_from(kind_of(event), 1, *parse_json(canonical(body)));
      ASSERT_TRUE(back) << kind_of(event) << " " << back.error().reason << " " << back.error().detail;
      EXPECT_EQ(back->index(), event.index());
      EXPECT_EQ(canonical(body_of(*back)), canonical(body));
    });
  }
}

TEST(SpaceWire, EveryCommandDecodesToWhatWasEncoded) {
  SeededRandom random(2);
  for (int round = 0; round < 20; round++) {
    Command::each_kind([&](auto command) {
      arbitrary(random).fill(command);
      auto back = decode<decltype(command)>(encode(command));
      ASSERT_TRUE(back) << decltype(command)::kind << " " << back.error().reason;
      EXPECT_EQ(canonical(encode(*back)), canonical(encode(command)));
    });
  }
}

TEST(SpaceWire, KindsAreUniqueAndFitAnEntry) {
  std::set<std::string_view> events, commands;
  Event::each_kind([&](auto e) {
    EXPECT_TRUE(events.insert(decltype(e)::kind).second) << decltype(e)::kind;
    EXPECT_TRUE(ledger::check_new_entry({.kind = std::string(decltype(e)::kind), .kind_version = 1, .actor = {}, .objects = objects_of(e), .body = body_of(e)}));
    EXPECT_FALSE(decltype(e)::kind.starts_with("ledger.") || decltype(e)::kind.starts_with("segment."));
  });
  Command::each_kind([&](auto c) { EXPECT_TRUE(commands.insert(decltype(c)::kind).second) << decltype(c)::kind; });
  EXPECT_EQ(events.size(), Event::kinds);
}

TEST(SpaceWire, FieldNamesOfARecordAreUnique) {
  auto check = [](auto e) {
    std::set<std::string_view> names;
    decltype(e)::fields.each([&](const auto& f) { names.insert(f.name); });
    EXPECT_EQ(names.size(), decltype(e)::fields.size()) << decltype(e)::kind;
  };
  Event::each_kind(check);
  Command::each_kind(check);
}

TEST(SpaceWire, UnknownKindVersionAndFieldAreRefused) {
  auto reason = [](const auto& result) { return result ? "ok" : std::string(result.error().reason); };
  Json body = body_of(VoteCast{});
  EXPECT_EQ(reason(event_from("ledger.genesis", 1, body)), "event.not_ours");
  EXPECT_EQ(reason(event_from("application.vote_cas", 1, body)), "event.not_ours");
  EXPECT_EQ(reason(event_from(VoteCast::kind, 2, body)), "event.unknown_version");
  EXPECT_EQ(reason(event_from(VoteCast::kind, 1, Json(body).set("more", 1))), "record.unknown_field");
  Json less = body;
  less.erase("approve");
  EXPECT_EQ(reason(event_from(VoteCast::kind, 1, less)), "record.missing_field");
}

TEST(SpaceWire, ObjectsAreTheIdsOfAnEventOnceEachInFieldOrder) {
  SeededRandom random(3);
  VersionMasked e;
  e.dataset = DatasetId::make(random);
  e.strategy = StrategyId::make(random);
  e.from_version = VersionId::make(random);
  e.version = e.from_version;
  EXPECT_EQ(objects_of(e), (std::vector<std::string>{e.dataset.str(), e.strategy.str(), e.from_version.str()}));
  EXPECT_TRUE(objects_of(CommandRefused{}).empty());
}

std::string golden_events_dir() { return std::string(SLUICE_ROOT) + "/tests/golden/space/"; }

std::vector<std::string> golden_event_files() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(golden_events_dir()))
    if (file.path().filename().string().starts_with("events-")) out.push_back(file.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

// Files are never changed: kinds and optional fields that came later are in files of their own. SLUICE_WRITE_GOLDEN=NAME writes
// events-NAME.json with what no file holds yet (and kinds named in SLUICE_GOLDEN_KINDS, for new optional fields).
TEST(SpaceWire, GoldenEventsStillDecodeAndEncodeToTheSameBytes) {
  std::set<std::string> kinds;
  for (const std::string& path : golden_event_files()) {
    std::string content = *read_text_file(path, 1 << 20);
    content.pop_back();
    Json golden = *parse_json(content);
    Json again = Json::array();
    for (const Json& item : golden.as_array()) {
      std::string kind = *item.get_string("kind");
      kinds.insert(kind);
      auto event = event_from(kind, static_cast<int>(*item.get_int("version")), *item.find("body"));
      ASSERT_TRUE(event) << path << " " << kind << " " << event.error().reason << " " << event.error().detail;
      again.push(Json::object({{"body", body_of(*event)}, {"kind", kind_of(*event)}, {"version", 1}}));
    }
    EXPECT_EQ(canonical(again), content) << path;
  }
  if (const char* name = getenv("SLUICE_WRITE_GOLDEN")) {
    const char* wanted = getenv("SLUICE_GOLDEN_KINDS");
    SeededRandom random(4);
    Json fresh = Json::array();
    Event::each_kind([&](auto e) {
      std::string kind(decltype(e)::kind);
      if (kinds.contains(kind) && !(wanted && std::string_view(wanted).find(kind) != std::string_view::npos)) return;
      arbitrary(random).fill(e);
      fresh.push(Json::object({{"body", body_of(e)}, {"kind", kind}, {"version", 1}}));
      kinds.insert(kind);
    });
    std::ofstream(golden_events_dir() + "events-" + name + ".json") << canonical(fresh) << "\n";
  }
  Event::each_kind([&](auto e) { EXPECT_TRUE(kinds.contains(std::string(decltype(e)::kind))) << decltype(e)::kind << " has no golden event"; });
}

TEST(SpaceWire, AStateIsItsOwnSnapshot) {
  DeskWalk w(&Walk::until_delivered);
  Json json = encode(w.desk.state_);
  auto back = decode<State>(*parse_json(canonical(json)));
  ASSERT_TRUE(back) << back.error().reason << " " << back.error().detail;
  EXPECT_EQ(canonical(encode(*back)), canonical(json));
}

}  // namespace
}  // namespace sluice::space
