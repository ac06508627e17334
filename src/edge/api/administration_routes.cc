// Parties, people and the node itself.
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdio>

#include "edge/api/core.h"
#include "node/people.h"

namespace sluice::api {

using namespace space;

namespace {

Look party_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.party(id); };
}
Look person_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.one_person(id); };
}

void close_sessions_of(Core& core, const PartyId& party) {
  std::vector<std::string> people = core.node.space().read([&](const State& s) {
    std::vector<std::string> out;
    for (const auto& [id, person] : s.persons)
      if (person.party == party) out.push_back(id);
    return out;
  });
  for (const std::string& person : people) core.sessions.close_account(person);
}

void add_party_routes(Core& core) {
  core.get("/api/v1/parties", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.parties(ask); });
  });
  core.get("/api/v1/parties/{id}", [&core](Call& call) { return core.show(call, party_view(call.param("id"))); });
  core.post("/api/v1/parties", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RegisterParty>(call.request, {}, {"role"}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(core.look(call.by, party_view(outcome.get<PartyRegistered>().party.str()))), 201);
  });
  core.post("/api/v1/parties/{id}/verify", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<VerifyParty>(call.request, {{"party", call.param("id")}})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/key", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<RegisterPartyKey>(call.request, {{"party", call.param("id")}})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/key/decide", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<DecidePartyKey>(call.request, {{"party", call.param("id")}}, {"key_id", "approve"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/clients", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<ProposeClient>(call.request, {{"party", call.param("id")}}, {"by", "certificate"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/clients/{client}/decide", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<DecideClient>(call.request, {{"party", call.param("id")}, {"client", call.param("client")}}, {"approve"}));
    return core.act(call, command, party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/clients/{client}/end", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<EndClient>(call.request, {{"party", call.param("id")}, {"client", call.param("client")}}, {"reason"}));
    return core.act(call, command, party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/clients/{client}/revocations", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<TakeClientRevocations>(call.request, {{"party", call.param("id")}, {"client", call.param("client")}}, {"list"}));
    return core.act(call, command, party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/mutual-tls", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<DemandMutualTls>(call.request, {{"party", call.param("id")}}, {"reason"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/mutual-tls/end", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<AskMutualTlsEnd>(call.request, {{"party", call.param("id")}}, {"reason"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/mutual-tls/end/decide", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<DecideMutualTlsEnd>(call.request, {{"party", call.param("id")}}, {"approve", "reason"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/resume", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<ResumeParty>(call.request, {{"party", call.param("id")}}, {"reason"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/resume/decide", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<DecideResume>(call.request, {{"party", call.param("id")}}, {"approve"})), party_view(call.param("id")));
  });
  core.post("/api/v1/parties/{id}/suspend", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<SuspendParty>(call.request, {{"party", call.param("id")}}));
    Answer answer = core.act(call, command, party_view(call.param("id")));
    if (answer) close_sessions_of(core, command.party);
    return answer;
  });
}

struct EnrolAsk {
  PartyId party;
  std::string account, display_name, phone;
  static constexpr auto fields = field_list(field("party", &EnrolAsk::party), field("account", &EnrolAsk::account),
                                            field("display_name", &EnrolAsk::display_name), field("phone", &EnrolAsk::phone));
};
struct ReasonAsk {
  std::string reason;
  static constexpr auto fields = field_list(field("reason", &ReasonAsk::reason));
};

Answer enrol(Core& core, Call& call) {
  auto ask = TRY(command_of<EnrolAsk>(call.request, {}, {"party", "account", "display_name"}));
  // Asked before anything is stored: whether an account name is taken is not for everyone to find out.
  Json may = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    return Json::object({{"may", view.person.has(Duty::system_admin, view.now)}});
  }));
  if (!may.find("may")->as_bool()) return fail(Errc::forbidden, "duty.missing", "system_admin");
  auto enrolled = TRY(node::enrol_person(core.node, call.by, {ask.party, ask.account, ask.display_name, ask.phone}));
  Json shown = TRY(core.look(call.by, person_view(enrolled.person.str())));
  shown.set("password", enrolled.password);
  return json_of(201, shown);
}

Answer revoke(Core& core, Call& call, std::string reason) {
  auto duty = enum_of<Duty>(call.param("duty"));
  if (!duty) return fail(Errc::not_found, "http.no_such_path");
  auto person = TRY(id_of<PersonId>(call.param("id"), "person.not_found"));
  return core.act(call, RevokeDuty{person, *duty, std::move(reason)}, person_view(person.str()));
}

void add_people_routes(Core& core) {
  core.get("/api/v1/people", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.people(ask); });
  });
  core.get("/api/v1/people/{id}", [&core](Call& call) { return core.show(call, person_view(call.param("id"))); });
  core.post("/api/v1/people", [&core](Call& call) { return enrol(core, call); });
  core.post("/api/v1/people/{id}/duties", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<GrantDuty>(call.request, {{"person", call.param("id")}}, {"duty"}));
    return core.act(call, command, person_view(call.param("id")));
  });
  core.remove("/api/v1/people/{id}/duties/{duty}", [&core](Call& call) -> Answer {
    const std::string* reason = call.request.parameter("reason");
    return revoke(core, call, reason ? *reason : "");
  });
  core.post("/api/v1/people/{id}/duties/{duty}/revoke", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<ReasonAsk>(call.request));
    return revoke(core, call, ask.reason);
  });
  core.post("/api/v1/people/{id}/ask-reset", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<AskCredentialReset>(call.request, {{"person", call.param("id")}}, {"what"}));
    return core.act(call, command, person_view(call.param("id")));
  });
  core.post("/api/v1/people/{id}/allow-reset", [&core](Call& call) -> Answer {
    auto person = TRY(id_of<PersonId>(call.param("id"), "person.not_found"));
    auto reset = TRY(node::allow_reset(core.node, call.by, person));
    core.sessions.close_account(person.str());
    Json shown = TRY(core.look(call.by, person_view(person.str())));
    if (!reset.password.empty()) shown.set("password", reset.password);
    return json_of(200, shown);
  });
  core.post("/api/v1/people/{id}/suspend", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<SuspendPerson>(call.request, {{"person", call.param("id")}}));
    Answer answer = core.act(call, command, person_view(call.param("id")));
    if (answer) core.sessions.close_account(command.person.str());
    return answer;
  });
  core.post("/api/v1/people/{id}/resume", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<ResumePerson>(call.request, {{"person", call.param("id")}}, {"reason"})), person_view(call.param("id")));
  });
  core.post("/api/v1/people/{id}/resume/decide", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<DecidePersonResume>(call.request, {{"person", call.param("id")}}, {"approve", "reason"})), person_view(call.param("id")));
  });
}

int64_t resident_bytes() {
  long pages = 0, resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  (void)std::fclose(file);
  return static_cast<int64_t>(resident) * ::sysconf(_SC_PAGESIZE);
}

int64_t free_bytes(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) return 0;
  return static_cast<int64_t>(disk.f_bavail) * static_cast<int64_t>(disk.f_frsize);
}

// The machine's figures are for those who operate or audit it; that it works is for everyone.
Answer health(Core& core, Call& call) {
  node::Node& node = core.node;
  Json out = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    bool operates = view.administers() || view.sees_all() || !call.session;
    Json machine = Json::object({{"version", SLUICE_VERSION}, {"started_ms", node.started_ms()}, {"ledger_entries", node.ledger().size()}});
    if (operates) machine.set("disk_free_bytes", free_bytes(node.dir())).set("memory_bytes", resident_bytes()).set("workers", core.jobs.running());
    return machine;
  }));
  out.set("read_only", node.space().read_only()).set("key_agent", node.agent().running() ? "up" : "down");
  if (node.space().read_only()) out.set("read_only_reason", "ledger.read_only");
  return json_of(200, out);
}

}  // namespace

void add_administration_routes(Core& core) {
  add_party_routes(core);
  add_people_routes(core);
  core.get("/api/v1/node", [&core](Call& call) { return health(core, call); });
}

}  // namespace sluice::api
