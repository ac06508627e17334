#include "node/code_tables.h"

#include <sys/mman.h>

#include <set>

#include "base/file.h"
#include "collect/code_tables.h"
#include "standard/datetime.h"

namespace sluice::node {

using namespace space;

namespace {

Result<int64_t> day_of(std::string_view text) {
  auto day = parse_date(text);
  if (!day) return fail(Errc::invalid, "reference.bad_period");
  return day->days;
}

Result<OwnedFd> memory_file(ByteView content) {
  OwnedFd fd(::memfd_create("code_table", MFD_CLOEXEC));
  if (!fd) return fail(Errc::io, "file.unwritable", "code table");
  for (ByteView rest = content; !rest.empty();) {
    ssize_t n = ::write(fd.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(Errc::io, "file.unwritable", "code table");
    rest = rest.subspan(static_cast<size_t>(n));
  }
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return fail(Errc::io, "file.unwritable", "code table");
  return fd;
}

}  // namespace

Result<CodeTable> adopt_code_table(Node& node, const Principal& by, const CodeTableAsk& ask) {
  AdoptCodeTable command;
  command.name = ask.name;
  command.title = ask.title;
  command.from_day = TRY(day_of(ask.valid_from));
  if (ask.valid_to && !ask.valid_to->empty()) command.to_day = TRY(day_of(*ask.valid_to));
  command.rows = TRY(collect::CodeList::parse(ask.text)).rows();
  command.content = TRY(node.space().put_blob(view(ask.text)));
  auto adopted = TRY(node.space().execute(by, command)).get<CodeTableAdopted>();
  return node.space().read([&](const State& s) { return s.code_tables.at(adopted.owner.str() + ":" + adopted.name); });
}

Result<Json> hand_code_tables(Node& node, const PartyId& owner, const collect::Plan& plan, size_t first, std::vector<OwnedFd>& files) {
  std::set<std::string> names;
  for (const collect::PlanField& f : plan.columns)
    if (f.reference) names.insert(f.reference->table);
  Json out = Json::array();
  for (const std::string& name : names) {
    auto table = node.space().read([&](const State& s) -> std::optional<CodeTable> {
      auto it = s.code_tables.find(owner.str() + ":" + name);
      return it == s.code_tables.end() ? std::nullopt : std::optional(it->second);
    });
    if (!table) return fail(Errc::not_found, "reference.no_table", name);
    for (const CodeTableVersion& version : table->versions) {
      Bytes content = TRY(node.ledger().blob(version.content));
      out.push(Json::object({{"file", first + files.size()}, {"from", version.from_day}, {"name", name}, {"number", version.number},
                             {"to", version.to_day ? Json(*version.to_day) : Json()}}));
      files.push_back(TRY(memory_file(content)));
    }
  }
  return out;
}

}  // namespace sluice::node
