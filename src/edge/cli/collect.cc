// sluice collect: files of a source into the space, under a plan.
#include <cstdio>
#include <filesystem>

#include "collect/plan.h"
#include "edge/cli/command.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/terminal.h"
#include "edge/cli/told_problem.h"
#include "edge/open_space.h"
#include "node/collect_source.h"

namespace sluice::cli {

namespace {

constexpr size_t kKeyBytesMax = 4096;

// Hex as the generator writes it, or the JSON of `sluice key new`.
Result<Bytes> read_public_key(const std::string& path) {
  std::string content = TRY(read_text_file(path, kKeyBytesMax));
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  if (auto json = parse_json(content)) {
    std::string key = TRY(json->get_string("public_key"));
    auto bytes = from_hex(key);
    return bytes ? bytes : from_base64(key);
  }
  return from_hex(content);
}

void print_answer(const std::string& file, const node::CollectAnswer& a) {
  if (!a.sealed && a.file_problem) {
    std::printf("[HELD]   %s: cannot be read to its end (%s%s%s) - the whole batch waits: %s\n", std::filesystem::path(file).filename().c_str(),
                a.file_problem->c_str(), a.file_problem_at && !a.file_problem_at->empty() ? ", " : "", a.file_problem_at ? a.file_problem_at->c_str() : "",
                a.reason.c_str());
    return;
  }
  std::printf("%s %s: %lld rows, %lld accepted, %lld with warnings, %lld held for checking%s%s\n",
              a.sealed ? "[sealed]" : "[HELD]  ", std::filesystem::path(file).filename().c_str(), static_cast<long long>(a.rows),
              static_cast<long long>(a.accepted), static_cast<long long>(a.warned), static_cast<long long>(a.held),
              a.sealed ? "" : " - the whole batch waits: ", a.reason.c_str());
}

Json to_json(const std::string& file, const node::CollectAnswer& a) {
  return encode(a).set("file", std::filesystem::path(file).filename().string());
}

constexpr std::string_view kDatabasePrefix = "odbc:";

// What one file or one database came to; a database may have nothing new.
struct Collected {
  std::optional<node::CollectAnswer> batch;
  std::optional<node::CollectSourceAnswer> source;
};

void print_collected(const std::string& input, const Collected& c) {
  if (c.batch) print_answer(input, *c.batch);
  if (!c.batch) std::printf("[none]   %s: nothing new\n", input.c_str());
  if (c.source && c.source->without_mark > 0)
    std::printf("         %lld rows have no mark in the source: no incremental run takes them\n", static_cast<long long>(c.source->without_mark));
}

Json to_json(const std::string& input, const Collected& c) {
  Json out = c.batch ? to_json(input, *c.batch) : Json::object({{"file", input}, {"sealed", false}, {"nothing_new", true}});
  if (!c.source) return out;
  out.set("mark_before", c.source->mark_before ? Json(*c.source->mark_before) : Json()).set("mark_after", c.source->mark_after ? Json(*c.source->mark_after) : Json());
  return out.set("without_mark", c.source->without_mark);
}

struct Job {
  std::string plan_text;
  Bytes source_key;
  std::vector<std::string> files;  // absolute paths, or odbc:FILE
  SecretText password;             // of the databases
};

Result<odbc::Description> description_in(const std::string& input) {
  return odbc::load_description(input.substr(kDatabasePrefix.size()));
}

Collected of_source(node::CollectSourceAnswer answer) { return Collected{answer.batch, std::move(answer)}; }

Result<Job> job_of(const Args& args) {
  Job job;
  job.plan_text = TRY(read_text_file(*args.value("--plan"), 1u << 20));
  TRY(collect::parse_plan(job.plan_text));
  if (auto key = args.value("--source-key")) job.source_key = TRY(read_public_key(*key));
  for (const std::string& file : args.values("FILE")) {
    if (file.starts_with(kDatabasePrefix)) {
      TRY(description_in(file));
      if (job.password.reveal("see whether it was read").empty()) job.password = TRY(read_password(args));
      job.files.push_back(file);
      continue;
    }
    std::error_code ec;
    std::string path = std::filesystem::absolute(file, ec).string();
    if (!std::filesystem::exists(path)) return fail(Errc::not_found, "file.not_found", file);
    job.files.push_back(path);
  }
  return job;
}

// The space's folder, opened by this command.
Result<std::vector<Collected>> collect_here(const Args& args, const Job& job) {
  std::string dir = *args.value("--space");
  OwnedFd passphrase = TRY(edge::passphrase_for(args, dir, node::KeyAgent::Keys::existing));
  edge::OpenSpace space = TRY(edge::open_space(dir, std::move(passphrase)));
  auto by = TRY(space.node->local_operator());
  auto plan = TRY(collect::parse_plan(job.plan_text));
  auto id = TRY(node::adopt_plan(*space.node, by, plan, job.source_key));
  std::vector<Collected> answers;
  for (const std::string& file : job.files) {
    Progress progress(file);
    if (file.starts_with(kDatabasePrefix)) {
      auto told = [&](const Json& news) { progress.update(static_cast<uint64_t>(news.get_int_or("rows", 0).value_or(0)), 0); };
      answers.push_back(of_source(TRY(node::collect_source(*space.node, by, {id, TRY(description_in(file)), job.password}, told))));
      continue;
    }
    std::error_code ec;
    uint64_t total = std::filesystem::file_size(file, ec);
    auto show = [&](const Json& told) { progress.update(static_cast<uint64_t>(told.get_int_or("bytes", 0).value_or(0)), total); };
    answers.push_back({TRY(node::collect_batch(*space.node, by, {id, file}, show)), {}});
  }
  return answers;
}

Result<http::LocalAnswer> post_there(const Args& args, std::string target, const Json& body, const char* accept) {
  http::Request request;
  request.method = http::Method::post;
  request.target = request.path = std::move(target);
  request.headers.emplace("content-type", "application/json");
  request.headers.emplace("accept", accept);
  request.body = canonical(body);
  return http::call_local(edge::socket_of(*args.value("--space")), request, std::chrono::hours(24));
}

// The server streams its progress until it is done, so that a long file never meets a time limit. The last line counts.
Result<Collected> collect_one_there(const Args& args, const std::string& plan, const std::string& file, const SecretText& password) {
  bool database = file.starts_with(kDatabasePrefix);
  Json ask = Json::object({{"plan", plan}});
  if (database) {
    ask.set("source", encode(TRY(description_in(file)))).set("password", password.reveal("sent to the space over the local socket"));
  } else {
    ask.set("file", file);
  }
  auto answer = TRY(post_there(args, database ? "/api/v1/collections/database" : "/api/v1/collections", ask, "application/x-ndjson"));
  while (answer.body.ends_with('\n')) answer.body.pop_back();
  size_t before = answer.body.rfind('\n');
  Json last = TRY(parse_json(before == std::string::npos ? answer.body : answer.body.substr(before + 1)));
  if (answer.status >= 300) return told_problem(last, answer.status);
  if (const Json* error = last.find("error")) return told_problem(*error, static_cast<int>(error->get_int_or("status", 400).value_or(400)));
  const Json* result = last.find("result");
  if (!result) return fail(Errc::unreachable, "http.server_away");
  if (database) return of_source(TRY(decode<node::CollectSourceAnswer>(*result)));
  return Collected{TRY(decode<node::CollectAnswer>(*result)), {}};
}

// A running server does it; it reads the files itself, on the same machine.
Result<std::vector<Collected>> collect_there(const Args& args, const Job& job) {
  Json ask = Json::object({{"plan", job.plan_text}, {"source_key", base64(job.source_key)}});
  auto adopted = TRY(post_there(args, "/api/v1/plans", ask, "application/json"));
  Json plan = TRY(parse_json(adopted.body));
  if (adopted.status >= 300) return told_problem(plan, adopted.status);
  std::string id = TRY(plan.get_string("id"));
  std::vector<Collected> answers;
  for (const std::string& file : job.files) answers.push_back(TRY(collect_one_there(args, id, file, job.password)));
  return answers;
}

int run_collect(const Args& args) {
  auto answers = [&]() -> Result<std::vector<Collected>> {
    Job job = TRY(job_of(args));
    return http::server_listens(edge::socket_of(*args.value("--space"))) ? collect_there(args, job) : collect_here(args, job);
  }();
  if (!answers) return report(answers.error(), args);
  bool held = false;
  Json out = Json::array();
  std::vector<std::string> files = args.values("FILE");
  for (size_t i = 0; i < answers->size(); i++) {
    held = held || ((*answers)[i].batch && !(*answers)[i].batch->sealed);
    if (args.json()) {
      out.push(to_json(files[i], (*answers)[i]));
    } else {
      print_collected(files[i], (*answers)[i]);
    }
  }
  if (args.json()) std::printf("%s\n", canonical(out).c_str());
  return held ? 7 : 0;
}

}  // namespace

Command collect_command() {
  return {.path = "collect",
          .summary = "Collect files under a plan: check, hold or seal (7: a batch is held for checking)",
          .summary_zh = "按采集方案采集文件：校验、待核或加密存储（7：有批次待核）",
          .options = {edge::kSpaceOption,
                      {"--plan", "PLAN", "the collection plan, YAML or JSON", Arity::one},
                      {"--source-key", "FILE", "the source's public key, when the plan is adopted for the first time"},
                      {"--password-file", "FILE", "the password of odbc:FILE, first line of FILE (- for stdin)"},
                      kPassphraseFileOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"FILE", "data files, FILE.manifest.json beside each; or odbc:FILE, the description of a database", Arity::many}},
          .run = run_collect};
}

}  // namespace sluice::cli
