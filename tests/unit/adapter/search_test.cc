#include "adapter/sqlite/search.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/random.h"
#include "tests/conformance/memory_ledger_store.h"

namespace sluice::adapter {
namespace {

std::string search_path() {
  std::string dir = testing::TempDir() + "/sluice_search_" + std::to_string(getpid());
  std::filesystem::create_directories(dir);
  return dir + "/search.sqlite";
}
void remove_search() {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(search_path() + suffix);
}

struct SearchedLedger {
  ledger::MemoryLedgerStore store;
  SeededRandom random;
  ledger::LocalLogSigner signer = ledger::LocalLogSigner::generate();
  std::unique_ptr<ledger::Ledger> ledger;

  explicit SearchedLedger(uint64_t seed = 1) : random(seed) {
    ledger = *ledger::Ledger::create(store, {"space.example/search", "n", "u"}, signer, 1000, random);
  }
  void append(int n) {
    static constexpr const char* kKinds[] = {"contract.signed", "contract.drafted", "contracts.other", "release.prepared", "party.verified"};
    std::vector<ledger::NewEntry> entries;
    for (int i = 0; i < n; i++) {
      ledger::NewEntry e;
      e.kind = kKinds[random.below(5)];
      e.actor = random.below(4) ? "ps_" + std::to_string(random.below(5)) : "";
      for (uint64_t k = random.below(4); k > 0; k--) e.objects.push_back("ds_" + std::to_string(random.below(6)) + std::to_string(k));
      entries.push_back(e);
    }
    time += static_cast<TimeMs>(random.below(50));
    ASSERT_TRUE(ledger->append(entries, time));
  }
  TimeMs time = 2000;
};

std::string shown(const Result<SearchPage>& page) {
  if (!page) return std::string(page.error().reason);
  std::string out = page->next ? "next " + std::to_string(*page->next) + "\n" : "last\n";
  for (const SearchHit& hit : page->hits) out += canonical(encode(hit)) + "\n";
  return out;
}

SearchQuery any_query(SeededRandom& random, const SearchedLedger& l) {
  SearchQuery q;
  static constexpr const char* kPrefixes[] = {"", "contract.", "contract", "release.prepared", "ledger.", "no", "contract.signed_"};
  q.kind = kPrefixes[random.below(7)];
  if (random.below(3) == 0) q.actor = "ps_" + std::to_string(random.below(6));
  if (random.below(3) == 0) q.object = "ds_" + std::to_string(random.below(7)) + "1";
  if (random.below(3) == 0) q.from = 2000 + static_cast<TimeMs>(random.below(static_cast<uint64_t>(l.time - 1990)));
  if (random.below(3) == 0) q.to = 2000 + static_cast<TimeMs>(random.below(static_cast<uint64_t>(l.time - 1990)));
  if (random.below(2) == 0) q.before_seq = random.below(l.ledger->size() + 5);
  q.limit = random.below(40);
  return q;
}

TEST(Search, GivesWhatReadingTheLedgerBackwardsGives) {
  remove_search();
  SearchedLedger l;
  auto search = *SearchProjection::open(search_path(), *l.ledger);
  SeededRandom random(5);
  for (int round = 0; round < 20; round++) {
    l.append(static_cast<int>(1 + random.below(400)));
    ASSERT_EQ(*search->catch_up(), l.ledger->size());
    for (int i = 0; i < 40; i++) {
      SearchQuery q = any_query(random, l);
      ASSERT_EQ(shown(search->find(q)), shown(scan_ledger(*l.ledger, q))) << q.kind << "|" << q.actor << "|" << q.object;
    }
  }
}

TEST(Search, FollowingTheCursorVisitsEveryHitOnce) {
  remove_search();
  SearchedLedger l;
  l.append(777);
  auto search = *SearchProjection::open(search_path(), *l.ledger);
  ASSERT_TRUE(search->catch_up());
  SearchQuery q{.kind = "contract.", .actor = {}, .object = {}, .from = {}, .to = {}, .before_seq = {}, .limit = 10};
  std::vector<uint64_t> seen;
  do {
    auto page = *search->find(q);
    for (const auto& hit : page.hits) seen.push_back(hit.seq);
    q.before_seq = page.next;
  } while (q.before_seq);
  SearchQuery all = q;
  all.before_seq = {};
  all.limit = 1000;
  auto whole = search->find(all)->hits;
  ASSERT_EQ(seen.size(), whole.size());
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
}

TEST(Search, ComesBackAfterBeingLostDamagedOrOfAnotherHistory) {
  remove_search();
  SearchedLedger l;
  l.append(500);
  SearchQuery q{.kind = "contract.", .actor = {}, .object = {}, .from = {}, .to = {}, .before_seq = {}, .limit = 1000};
  std::string want = shown(scan_ledger(*l.ledger, q));
  auto answer = [&] {
    auto search = SearchProjection::open(search_path(), *l.ledger);
    if (!search) return std::string(search.error().reason);
    auto at = (*search)->catch_up();
    return at ? shown((*search)->find(q)) : std::string(at.error().reason);
  };
  EXPECT_EQ(answer(), want);
  EXPECT_EQ(answer(), want) << "reopened";
  remove_search();
  EXPECT_EQ(answer(), want) << "lost";
  for (uintmax_t at : {uintmax_t{0}, uintmax_t{100}, uintmax_t{4096}, uintmax_t{8192}}) {
    std::fstream file(search_path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(3000, 'x');
    file.close();
    EXPECT_EQ(answer(), want) << "overwritten at " << at;
  }
  std::ofstream(search_path(), std::ios::trunc) << "";
  EXPECT_EQ(answer(), want) << "emptied";
  {
    SearchedLedger longer(99);
    longer.append(900);
    auto other = *SearchProjection::open(search_path(), *longer.ledger);
    ASSERT_TRUE(other->catch_up());
  }
  EXPECT_EQ(answer(), want) << "of a longer ledger";
  {
    SearchedLedger rewritten(98);
    rewritten.append(300);
    auto other = *SearchProjection::open(search_path(), *rewritten.ledger);
    ASSERT_TRUE(other->catch_up());
  }
  EXPECT_EQ(answer(), want) << "of a rewritten ledger";
}

TEST(Search, ReadersAndFollowerMayRunAtOnce) {
  remove_search();
  SearchedLedger l;
  l.append(10);
  auto search = *SearchProjection::open(search_path(), *l.ledger);
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; i++)
    readers.emplace_back([&] {
      while (!done) {
        auto page = search->find({.kind = "contract.", .actor = {}, .object = {}, .from = {}, .to = {}, .before_seq = {}, .limit = 100});
        ASSERT_TRUE(page) << page.error().reason;
        for (const auto& hit : page->hits) ASSERT_TRUE(hit.kind.starts_with("contract."));
      }
    });
  for (int i = 0; i < 50; i++) {
    l.append(20);
    ASSERT_TRUE(search->catch_up());
  }
  done = true;
  for (auto& reader : readers) reader.join();
}

}  // namespace
}  // namespace sluice::adapter
