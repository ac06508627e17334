#include "edge/cli/classify_source.h"

#include <cstdio>
#include <set>

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/terminal.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

constexpr size_t kValueBytesKept = 256u << 20;  // over all tables; beyond it columns keep a few values only
constexpr size_t kValuesThinned = 20;
constexpr size_t kResumeBytesMax = 1u << 30;

// The resume file has one line for each finished table.
class Resume {
 public:
  static Result<Resume> open(const std::optional<std::string>& path, ScannedSource& out, std::set<std::string>& done) {
    Resume resume;
    if (!path) return resume;
    if (auto text = read_text_file(*path, kResumeBytesMax)) {
      size_t at = 0;
      for (size_t end; (end = text->find('\n', at)) != std::string::npos; at = end + 1) TRY(take(std::string_view(*text).substr(at, end - at), out, done));
    } else if (text.error().code != Errc::not_found) {
      return tl::unexpected(text.error());
    }
    resume.file_ = std::fopen(path->c_str(), "ae");
    if (!resume.file_) return tl::unexpected(last_os_error("file.unwritable", *path));
    return resume;
  }
  Resume() = default;
  Resume(Resume&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  Resume& operator=(Resume&&) = delete;
  ~Resume() {
    if (file_) std::fclose(file_);
  }

  Status keep(const node::JudgedTable& table) {
    if (!file_) return {};
    std::string line = canonical(encode(table)) + "\n";
    bool written = std::fwrite(line.data(), 1, line.size(), file_) == line.size() && std::fflush(file_) == 0;
    return written ? Status{} : tl::unexpected(last_os_error("file.unwritable"));
  }

 private:
  // A last line that was cut off has no line end, and is read again from the source.
  static Status take(std::string_view line, ScannedSource& out, std::set<std::string>& done) {
    auto json = TRY(parse_json(line, kResumeBytesMax));
    auto kept = TRY(decode<node::JudgedTable>(json));
    TRY(node::take_judged(kept, out.fields, out.verdicts));
    done.insert(kept.finding.table);
    out.findings.push_back(std::move(kept.finding));
    return {};
  }
  std::FILE* file_ = nullptr;
};

size_t bytes_of(const std::vector<classify::FieldInput>& fields) {
  size_t out = 0;
  for (const auto& f : fields)
    for (const auto& value : f.values) out += value.size() + sizeof(std::string);
  return out;
}

Result<size_t> rows_wanted(const Args& args) {
  std::string digits = args.value_or("--rows", "2000");
  if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos || std::stol(digits) < 1)
    return wants("--rows", "1 … 999999");
  return static_cast<size_t>(std::stol(digits));
}

}  // namespace

Result<ScannedSource> scan_and_classify(const Args& args, const classify::Classifier& classifier) {
  std::string path = args.value("INPUT")->substr(kOdbcPrefix.size());
  node::ScanAsk ask;
  ask.source = TRY(odbc::load_description(path));
  ask.depth = args.flag("--names-only") ? node::ScanDepth::catalog : node::ScanDepth::sample;
  ask.limits.rows = TRY(rows_wanted(args));
  ScannedSource out;
  Resume resume = TRY(Resume::open(args.value("--resume"), out, ask.done));
  ask.password = TRY(read_password(args));
  Progress progress(ask.source.name);
  size_t kept_bytes = 0;
  auto take = [&](node::ScannedTable scanned) -> Status {
    TableFinding finding = scanned.told();
    auto fields = node::fields_of(ask.source, scanned);
    if (args.flag("--names-only"))
      for (auto& f : fields) {
        f.comment.clear();
        f.table_comment.clear();
      }
    auto verdicts = classifier.classify(fields);
    TRY(resume.keep(node::judged_table(finding, fields, verdicts)));
    kept_bytes += bytes_of(fields);
    if (kept_bytes > kValueBytesKept)
      for (auto& f : fields)
        if (f.values.size() > kValuesThinned) f.values.resize(kValuesThinned);
    for (auto& f : fields) out.fields.push_back(std::move(f));
    for (auto& v : verdicts) out.verdicts.push_back(std::move(v));
    out.findings.push_back(std::move(finding));
    progress.update(static_cast<uint64_t>(scanned.number), static_cast<uint64_t>(scanned.of));
    return {};
  };
  TRY(node::scan_source(ask, take));
  return out;
}

}  // namespace sluice::cli
