// What programs of a party are known by: two people for what lets in, one for what shuts out, and the demand of contract, recipient and provider.
#include "base/file.h"
#include "space/party/client_use.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

Bytes client_file(const std::string& name) { return *read_file(std::string(SLUICE_ROOT) + "/tests/golden/clients/" + name, 1 << 20); }

struct Clients {
  DeskWalk w{&Walk::until_contract};
  Principal security = as(w->security_admin);
  const Party& party() { return w.desk.state_.parties.at(w->insurer.str()); }
  ClientId propose(ClientBy by, const std::string& file, const std::string& name = "") {
    return w->made<ClientProposed>(security, ProposeClient{w->insurer, by, client_file(file), name}).client;
  }
  ClientId in_force(ClientBy by, const std::string& file, const std::string& name = "") {
    ClientId id = propose(by, file, name);
    w->must(as(w->system_admin), DecideClient{w->insurer, id, true, ""});
    return id;
  }
  std::string call(const std::string& file, TimeMs later = 0, bool by_contract = false) {
    ContractTerms terms = w.desk.state_.contracts.at(w->contract.str()).terms;
    if (by_contract) terms.mutual_tls = true;
    std::optional<ShownClient> shown;
    if (!file.empty()) shown.emplace(*ClientCertificate::read(client_file(file)));
    Status may = client_may_call(w.desk.state_, terms, shown ? &*shown : nullptr, w.desk.now() + later);
    return may ? "ok" : std::string(may.error().reason);
  }
};

TEST(Clients, CountOnceAnotherPersonConfirmedThem) {
  Clients c;
  ClientId id = c.propose(ClientBy::certificate, "pinned.pem");
  EXPECT_TRUE(clients_asked(c.w.desk.state_, c.w.desk.now()).empty()) << "nobody is asked for what is only proposed";
  DecideClient yes{c.w->insurer, id, true, ""};
  EXPECT_EQ(c.w->why(c.security, yes), "duty.second_person_needed");
  EXPECT_EQ(c.w->why(as(c.w->signer), yes), "duty.missing") << "a signer of another party";
  EXPECT_EQ(c.w->why(without_second_factor(c.w->system_admin), yes), "auth.second_factor_needed");
  EXPECT_EQ(c.w->why(c.security, ProposeClient{c.w->insurer, ClientBy::certificate, client_file("pinned.pem"), ""}), "client.known");
  EXPECT_EQ(c.w->why(c.security, ProposeClient{c.w->agency, ClientBy::certificate, client_file("pinned.pem"), ""}), "client.of_another");
  EXPECT_EQ(c.w->why(as(c.w->insurer_signer), yes), "ok") << "whose it is says so";
  EXPECT_EQ(clients_asked(c.w.desk.state_, c.w.desk.now()).size(), 1u);
  EXPECT_EQ(c.call("pinned.pem"), "ok");
  EXPECT_EQ(c.call(""), "ok") << "nobody demands one";
  EXPECT_EQ(c.call("client.pem"), "client.certificate_foreign") << "but what is shown must be right";
  EXPECT_EQ(c.w->why(c.security, ProposeClient{c.w->insurer, ClientBy::certificate, client_file("server.pem"), ""}), "client.not_for_clients");
  EXPECT_EQ(c.w->why(c.security, ProposeClient{c.w->insurer, ClientBy::certificate, client_file("expired.pem"), ""}), "client.certificate_expired");
  EXPECT_EQ(c.w->why(c.security, ProposeClient{c.w->insurer, ClientBy::authority, client_file("client.pem"), ""}), "client.not_an_authority");
}

TEST(Clients, WhatASignerOfThePartyProposedAnAdministratorConfirms) {
  Clients c;
  ProposeClient own{c.w->insurer, ClientBy::certificate, client_file("pinned.pem"), ""};
  EXPECT_EQ(c.w->why(as(c.w->signer), own), "duty.missing") << "a signer of another party";
  EXPECT_EQ(c.w->why(as(c.w->user), own), "duty.missing");
  EXPECT_EQ(c.w->why(without_second_factor(c.w->insurer_signer), own), "auth.second_factor_needed");
  ClientId id = c.w->made<ClientProposed>(as(c.w->insurer_signer), own).client;
  DecideClient yes{c.w->insurer, id, true, ""};
  EXPECT_EQ(c.w->why(as(c.w->insurer_signer), yes), "duty.missing");
  EXPECT_EQ(c.w->why(as(c.w->enrol(c.w->insurer, {Duty::contract_signer})), yes), "duty.missing") << "two of the party are not the space's word";
  EXPECT_EQ(c.w->why(c.security, yes), "ok");
  EXPECT_EQ(c.call("pinned.pem"), "ok");
}

TEST(Clients, AnAuthoritysCertificatesCountByNameTimeAndList) {
  Clients c;
  ClientId id = c.in_force(ClientBy::authority, "authority.pem", "claims.insurer.test");
  EXPECT_EQ(c.call("client.pem"), "ok");
  EXPECT_EQ(c.call("revoked.pem"), "ok") << "before the list is taken in";
  EXPECT_EQ(c.call("impostor.pem"), "client.certificate_foreign");
  EXPECT_EQ(c.call("server.pem"), "client.certificate_foreign");
  EXPECT_EQ(c.call("authority.pem"), "client.certificate_foreign");
  EXPECT_EQ(c.call("expired.pem"), "client.certificate_expired");
  EXPECT_EQ(c.call("client.pem", 100 * 366 * kDayMs), "client.authority_expired");
  EXPECT_EQ(c.w->why(c.security, TakeClientRevocations{c.w->insurer, id, client_file("client.pem")}), "client.bad_list");
  EXPECT_EQ(c.w->why(as(c.w->signer), TakeClientRevocations{c.w->insurer, id, client_file("list.pem")}), "duty.missing");
  c.w->must(as(c.w->insurer_signer), TakeClientRevocations{c.w->insurer, id, client_file("list.pem")});
  EXPECT_EQ(c.call("revoked.pem"), "client.certificate_revoked");
  EXPECT_EQ(c.call("client.pem"), "ok");
  // Another party of the same authority: only where both are known by their names.
  auto same = [&](const std::string& name) { return c.w->why(c.security, ProposeClient{c.w->agency, ClientBy::authority, client_file("authority.pem"), name}); };
  EXPECT_EQ(same(""), "client.of_another");
  EXPECT_EQ(same("claims.insurer.test"), "client.of_another");
  EXPECT_EQ(same("machine.agency.test"), "ok");
  c.w->must(as(c.w->insurer_signer), EndClient{c.w->insurer, id, "换用新机构"});
  EXPECT_EQ(c.call("client.pem"), "ok") << "nothing is registered any more, and nothing demanded";
  EXPECT_EQ(c.call("client.pem", 0, true), "client.certificate_removed");
  EXPECT_EQ(c.w->why(c.security, EndClient{c.w->insurer, id, "x"}), "client.not_in_force");
}

TEST(Clients, AreDemandedByContractRecipientOrProviderAndTheEndIsDecidedByTwo) {
  Clients c;
  EXPECT_EQ(c.call("", 0, true), "client.certificate_needed");
  EXPECT_EQ(c.w->why(as(c.w->system_admin), DemandMutualTls{c.w->insurer, "r"}), "duty.missing");
  EXPECT_EQ(c.w->why(without_second_factor(c.w->security_admin), DemandMutualTls{c.w->insurer, "r"}), "auth.second_factor_needed");
  c.w->must(as(c.w->insurer_signer), DemandMutualTls{c.w->insurer, "约定"});
  EXPECT_EQ(c.call(""), "client.certificate_needed");
  EXPECT_EQ(c.call("pinned.pem"), "client.certificate_foreign") << "demanded, and none is registered";
  ClientId id = c.in_force(ClientBy::certificate, "pinned.pem");
  EXPECT_EQ(c.call("pinned.pem"), "ok");
  EXPECT_EQ(c.w->why(c.security, DecideMutualTlsEnd{c.w->insurer, true, "r"}), "client.no_end_asked");
  c.w->must(c.security, AskMutualTlsEnd{c.w->insurer, "r"});
  EXPECT_EQ(c.w->why(c.security, DecideMutualTlsEnd{c.w->insurer, true, "r"}), "duty.second_person_needed");
  EXPECT_EQ(c.call(""), "client.certificate_needed") << "asked for is not ended";
  c.w->must(as(c.w->system_admin), DecideMutualTlsEnd{c.w->insurer, true, "r"});
  EXPECT_EQ(c.call(""), "ok");
  c.w->must(c.security, DemandMutualTls{c.w->agency, "r"});
  EXPECT_EQ(c.call(""), "client.certificate_needed") << "the provider demands it too";
  c.w->must(c.security, EndClient{c.w->insurer, id, "r"});
  EXPECT_EQ(c.call("pinned.pem"), "client.certificate_removed");
}

}  // namespace
}  // namespace sluice::space
