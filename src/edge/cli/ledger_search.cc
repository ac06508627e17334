// `sluice ledger search` and `ledger checkpoint`: read the ledger's file beside a server, without any secret.
#include <cstdio>

#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/search.h"
#include "edge/cli/command.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

struct OpenedLedger {
  std::unique_ptr<adapter::SqliteLedgerStore> store;
  SystemRandom random;
  std::unique_ptr<ledger::Ledger> ledger;
};

Result<std::unique_ptr<OpenedLedger>> ledger_for_reading(const Args& args) {
  std::string path = args.value_or("--space", ".") + "/ledger.sqlite";
  auto out = std::make_unique<OpenedLedger>();
  auto store = adapter::SqliteLedgerStore::open(path, adapter::OpenMode::read_only);
  if (!store && store.error().code == Errc::not_found) return fail(Errc::not_found, "space.not_found", path);
  out->store = TRY(std::move(store));
  out->ledger = TRY(ledger::Ledger::open(*out->store, out->random));
  return out;
}

// A whole time, or a date, which is the beginning of that day in UTC.
Result<std::optional<TimeMs>> time_option(const Args& args, std::string_view name) {
  auto text = args.value(name);
  if (!text) return std::optional<TimeMs>{};
  auto time = from_rfc3339(text->size() == 10 ? *text + "T00:00:00Z" : *text);
  if (!time) return wants(name, "2026-11-22T08:00:00Z");
  return std::optional<TimeMs>(*time);
}

Result<adapter::SearchQuery> query_of(const Args& args) {
  adapter::SearchQuery q;
  q.kind = args.value_or("--kind", "");
  q.actor = args.value_or("--actor", "");
  q.object = args.value_or("--object", "");
  q.from = TRY(time_option(args, "--from"));
  q.to = TRY(time_option(args, "--to"));
  auto number = [&](std::string_view name, uint64_t otherwise) -> Result<uint64_t> {
    std::string digits = args.value_or(name, std::to_string(otherwise));
    if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string::npos)
      return wants_number(name);
    return std::stoull(digits);
  };
  q.limit = TRY(number("--limit", 50));
  if (args.value("--before")) q.before_seq = TRY(number("--before", 0));
  return q;
}

int run_ledger_search(const Args& args) {
  auto query = query_of(args);
  if (!query) return report(query.error(), args);
  auto opened = ledger_for_reading(args);
  if (!opened) return report(opened.error(), args);
  auto page = adapter::scan_ledger(*(*opened)->ledger, *query);
  if (!page) return report(page.error(), args);
  if (args.json()) {
    Json out = Json::object({{"entries", encode(page->hits)}});
    if (page->next) out.set("next", *page->next);
    std::printf("%s\n", canonical(out).c_str());
    return 0;
  }
  for (const adapter::SearchHit& hit : page->hits) {
    std::string objects;
    for (const std::string& id : hit.objects) objects += " " + id;
    std::printf("%8llu  %s  %-28s %s%s\n", static_cast<unsigned long long>(hit.seq), rfc3339(hit.time).c_str(), hit.kind.c_str(),
                hit.actor.empty() ? "-" : hit.actor.c_str(), objects.c_str());
  }
  if (page->next) std::fprintf(stderr, "more: --before %llu\n", static_cast<unsigned long long>(*page->next));
  return 0;
}

int run_ledger_checkpoint(const Args& args) {
  auto opened = ledger_for_reading(args);
  if (!opened) return report(opened.error(), args);
  auto last = (*opened)->ledger->last_checkpoint();
  if (!last) return report(last.error(), args);
  if (args.json()) {
    const ledger::Checkpoint& c = last->checkpoint;
    std::printf("%s\n", canonical(Json::object({{"note", last->note}, {"origin", c.origin}, {"sha256_root", hex(c.sha256_root)}, {"size", c.size},
                                                {"sm3_root", hex(c.sm3_root)}}))
                            .c_str());
  } else {
    std::fputs(last->note.c_str(), stdout);
  }
  return 0;
}

}  // namespace

Command ledger_search_command() {
  return {.path = "ledger search",
          .summary = "Find entries by kind, actor, object and time, newest first",
          .summary_zh = "按种类、操作人、对象、时间检索存证记录，最新在前",
          .options = {{"--space", "DIR", "folder of the space (default: here)"},
                      {"--kind", "KIND", "a kind or its beginning, such as contract."},
                      {"--actor", "ID", "who did it"},
                      {"--object", "ID", "what it is about"},
                      {"--from", "TIME", "not before (RFC 3339, or a date)"},
                      {"--to", "TIME", "before"},
                      {"--before", "SEQ", "only older entries: the cursor of the page before"},
                      {"--limit", "N", "at most so many (default 50, at most 1000)"},
                      {"--json", "", "answer as JSON"}},
          .positionals = {},
          .run = run_ledger_search};
}

Command ledger_checkpoint_command() {
  return {.path = "ledger checkpoint",
          .summary = "Print the last signed checkpoint: keep it elsewhere, and --trust it later",
          .summary_zh = "输出最近一次签名的检查点：另处保存，日后以 --trust 核对",
          .options = {{"--space", "DIR", "folder of the space (default: here)"}, {"--json", "", "answer as JSON"}},
          .positionals = {},
          .run = run_ledger_checkpoint};
}

}  // namespace sluice::cli
