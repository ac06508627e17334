// sluice synth: synthetic claims data for demonstrations, tests and benchmarks.
#include <charconv>
#include <cstdio>

#include "codec/json.h"
#include "edge/cli/command.h"
#include "synth/synth.h"

namespace sluice::cli {

namespace {

Result<uint64_t> whole_number(const Args& args, std::string_view name, uint64_t otherwise) {
  auto text = args.value(name);
  if (!text) return otherwise;
  uint64_t out = 0;
  auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (ec != std::errc() || end != text->data() + text->size()) return fail(Errc::usage, "synth.not_a_number", std::string(name));
  return out;
}

Result<synth::Options> synth_options(const Args& args) {
  synth::Options options;
  options.rows = TRY(whole_number(args, "--rows", options.rows));
  options.seed = TRY(whole_number(args, "--seed", options.seed));
  uint64_t dirty = TRY(whole_number(args, "--dirty", 0));
  if (dirty > 1000) return fail(Errc::usage, "synth.bad_share", "--dirty");
  options.dirty_permille = static_cast<unsigned>(dirty);
  options.gb18030 = args.flag("--gb18030");
  return options;
}

Json summary_json(const synth::Summary& summary) {
  Json tables = Json::object();
  for (const auto& [table, rows] : summary.rows) {
    Json entry = Json::object({{"rows", static_cast<int64_t>(rows)}});
    Json defects = Json::object();
    auto found = summary.defects.find(table);
    if (found != summary.defects.end())
      for (const auto& [defect, n] : found->second) defects.set(defect, static_cast<int64_t>(n));
    entry.set("dirty", std::move(defects));
    tables.set(table, std::move(entry));
  }
  return tables;
}

int run_synth(const Args& args) {
  auto options = synth_options(args);
  if (!options) return report(options.error(), args);
  auto summary = synth::generate(*options, args.value_or("--out", ""));
  if (!summary) return report(summary.error(), args);
  Json tables = summary_json(*summary);
  if (args.json())
    std::printf("%s\n", canonical(tables).c_str());
  else
    for (const auto& [table, entry] : tables.as_object()) std::printf("%-14s %s\n", table.c_str(), canonical(entry).c_str());
  return 0;
}

}  // namespace

Command synth_command() {
  return {.path = "synth",
          .summary = "make synthetic claims data: eight linked tables, manifests, plans",
          .summary_zh = "生成合成医保数据：八张关联表、批次清单与采集方案",
          .options = {{"--out", "DIR", "where to write", Arity::one},
                      {"--rows", "N", "fee rows (100000)", Arity::optional},
                      {"--seed", "S", "the same seed gives the same data (1)", Arity::optional},
                      {"--dirty", "PERMILLE", "share of dirty rows (0)", Arity::optional},
                      {"--gb18030", "", "write the tables in GB18030", Arity::optional},
                      {"--json", "", "answer as JSON", Arity::optional}},
          .positionals = {},
          .run = run_synth};
}

}  // namespace sluice::cli
