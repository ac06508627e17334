// A fee table of PostgreSQL through ODBC into a sealed version, against `psql \copy` of the same table into a file, in the same run.
//
// Ours reads through the driver, writes CSV into a pipe, and on the other side checks the plan's rules and seals: two threads here where
// the program has two processes. SLUICE_BENCH_ROWS rows (200,000). Needs a PostgreSQL server to start (peers/fee_database.py).
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/random.h"
#include "collect/pipeline.h"
#include "odbc/extract.h"
#include "vault/sealed_writer.h"

namespace {

using namespace sluice;

constexpr int kRounds = 3;
constexpr int kPipeBytes = 1 << 20;  // as the program has it between its two processes

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "node.odbc_bench: %s\n", why.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(std::string(result.error().reason) + " " + result.error().detail);
  return std::move(*result);
}
void must(Status status) {
  if (!status) give_up(std::string(status.error().reason) + " " + status.error().detail);
}

template <class Work>
double seconds_of(Work work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string line_of(FILE* from) {
  std::string out;
  for (int c; (c = std::fgetc(from)) != EOF && c != '\n';) out += static_cast<char>(c);
  return out;
}

odbc::Extract extract_of(const collect::Plan& plan) {
  odbc::Extract out;
  out.schema = "public";
  out.table = plan.table;
  for (const auto& f : plan.columns) out.columns.push_back({f.name, f.name, {}});
  return out;
}

// Gives the rows read. `write` takes the CSV.
int64_t read_table(const odbc::Description& source, const SecretText& password, const collect::Plan& plan, const odbc::WriteFn& write) {
  auto connection = must(odbc::Connection::open(source, password));
  odbc::Extract extract = extract_of(plan);
  auto measured = must(odbc::measure(connection, extract));
  return must(odbc::copy_rows(connection, extract, measured, write, [](int64_t) {}));
}

void collect_and_seal(const odbc::Description& source, const SecretText& password, const collect::Plan& plan, const std::string& dir) {
  vault::SealRequest request{.dataset = "ds_bench", .version = "dv_bench", .specs = collect::specs_of(plan), .keys = {}, .threads = 2};
  SystemRandom random;
  for (size_t c = 0; c < request.specs.size(); c++) request.keys.emplace_back(random_bytes(random, 16));
  auto writer = must(vault::SealedWriter::create(dir, std::move(request)));
  int ends[2];
  if (::pipe(ends) != 0) give_up("pipe");
  (void)::fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  std::thread reading([&] {
    read_table(source, password, plan, [&](std::string_view bytes) -> Status {
      while (!bytes.empty()) {
        ssize_t n = ::write(ends[1], bytes.data(), bytes.size());
        if (n < 0) return fail(Errc::io, "file.unwritable");
        bytes.remove_prefix(static_cast<size_t>(n));
      }
      return {};
    });
    ::close(ends[1]);
  });
  collect::HeldRows held;
  collect::Progress progress;
  auto bytes = bytes_of_fd(ends[0]);
  must(collect::collect_stream(plan, *bytes, {.threads = 2}, *writer, held, progress));
  reading.join();
  ::close(ends[0]);
  must(writer->finish());
}

}  // namespace

int main() {
  const char *sluice = std::getenv("SLUICE"), *root = std::getenv("SLUICE_ROOT"), *rows_text = std::getenv("SLUICE_BENCH_ROWS");
  if (!sluice || !root) give_up("set SLUICE (the executable) and SLUICE_ROOT");
  std::string dir = (std::filesystem::temp_directory_path() / ("odbc_bench_" + std::to_string(getpid()))).string(), rows = rows_text ? rows_text : "200000";
  std::filesystem::create_directories(dir);
  std::filesystem::permissions(dir, std::filesystem::perms(0755));
  if (std::system(("'" + std::string(sluice) + "' synth --rows " + rows + " --seed 1 --out '" + dir + "/synth' >/dev/null").c_str()) != 0) give_up("sluice synth failed");
  // Held open by a fifo, so that the server ends when this program does.
  std::string told = dir + "/told";
  FILE* helper = ::popen(("python3 '" + std::string(root) + "/bench/peers/fee_database.py' '" + dir + "' '" + dir + "/synth' > '" + told + "'").c_str(), "w");
  if (!helper) give_up("no helper");
  while (!std::filesystem::exists(dir + "/source.yaml")) {
    if (::waitpid(-1, nullptr, WNOHANG) > 0) give_up("no PostgreSQL server here");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  FILE* lines = std::fopen(told.c_str(), "r");
  if (!lines) give_up("the helper told nothing");
  std::string description = line_of(lines), password_file = line_of(lines), copy = line_of(lines);
  std::fclose(lines);
  auto source = must(odbc::parse_description(must(read_text_file(description, 1u << 16))));
  std::string word = must(read_text_file(password_file, 4096));
  word.pop_back();
  SecretText password(std::move(word));
  auto plan = must(collect::load_plan(dir + "/synth/plans/fee_list_d.yaml"));
  double ours = 1e9, read_only = 1e9, peer = 1e9;
  for (int round = 0; round < kRounds; round++) {
    std::string sealed = dir + "/sealed" + std::to_string(round);
    peer = std::min(peer, seconds_of([&] { if (std::system(copy.c_str()) != 0) give_up("psql failed"); }));
    read_only = std::min(read_only, seconds_of([&] { read_table(source, password, plan, [](std::string_view) -> Status { return {}; }); }));
    ours = std::min(ours, seconds_of([&] { collect_and_seal(source, password, plan, sealed); }));
    std::filesystem::remove_all(sealed);
  }
  std::printf("{\"name\":\"odbc.collect\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.2f,\"goal\":2.0,\"floor\":4.0,"
              "\"note\":\"%s rows of 27 columns, measured, read, checked and sealed, best of %d; peer: psql copy to a file\"}\n", ours, peer, ours / peer, rows.c_str(), kRounds);
  std::printf("{\"name\":\"odbc.read\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.2f,\"goal\":1.5,\"floor\":3.0,\"note\":\"measured and read as CSV alone\"}\n",
              read_only, peer, read_only / peer);
  ::pclose(helper);
  std::filesystem::remove_all(dir);
}
