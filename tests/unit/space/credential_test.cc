// Certificates, providers of sign-in, personal signatures, and works on keys that came with them: every guard by its reason.
#include "crypto/certificate.h"
#include "base/file.h"
#include "space/credential/use.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

Bytes golden_file(const std::string& name) { return *read_file(std::string(SLUICE_ROOT) + "/tests/golden/certificates/" + name, 1 << 20); }
// Within the validity of the golden certificates.
constexpr TimeMs kWithin = 1800000000000;

struct Certified {
  DeskWalk w{&Walk::people};
  AuthorityId authority;
  Certified() {
    w.desk.now_ = kWithin;
    authority = w->made<AuthorityAdopted>(as(w->security_admin), AdoptAuthority{golden_file("authority.pem"), "our city's"}).authority;
  }
  Principal node_after_factor(const PersonId& person) { return {.person = person, .system = true, .stepped_up = true}; }
  CertificateId registered() {
    return w->made<CertificateRegistered>(node_after_factor(w->manager), RegisterCertificate{authority, golden_file("person.pem"), false}).certificate;
  }
  Status in_force(const CertificateId& id) { return certificate_in_force(w.desk.state_, w.desk.state_.certificates.at(id.str()), w.desk.now_); }
};

TEST(Authority, IsAdoptedAndEndedByTheSecurityAdministratorWithASecondFactor) {
  DeskWalk w(&Walk::people);
  w.desk.now_ = kWithin;
  AdoptAuthority good{golden_file("authority.pem"), "our city's"};
  EXPECT_EQ(w->why(as(w->system_admin), good), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), good), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->security_admin), AdoptAuthority{golden_file("person.pem"), "r"}), "certificate.not_an_authority");
  EXPECT_EQ(w->why(as(w->security_admin), AdoptAuthority{to_bytes("no certificate"), "r"}), "certificate.malformed");
  EXPECT_EQ(w->why(as(w->security_admin), AdoptAuthority{good.certificate, ""}), "form.text_missing");
  AuthorityId id = w->made<AuthorityAdopted>(as(w->security_admin), good).authority;
  EXPECT_EQ(w->why(as(w->security_admin), good), "certificate.authority_known");
  EXPECT_EQ(w->why(as(w->system_admin), EndAuthority{id, "r"}), "duty.missing");
  EXPECT_EQ(w->why(as(w->security_admin), EndAuthority{id, "closed"}), "ok");
  EXPECT_EQ(w->why(as(w->security_admin), EndAuthority{id, "closed"}), "certificate.authority_ended");
}

TEST(CertificateOfAPerson, CountsAsLongAsItsAuthorityItsTimeAndItsListDo) {
  Certified c;
  Walk& w = *c.w.operator->();
  RegisterCertificate command{c.authority, golden_file("person.pem"), false};
  EXPECT_EQ(w.why(as(w.manager), command), "duty.node_only");
  EXPECT_EQ(w.why(node_for(w.manager), command), "auth.second_factor_needed");
  EXPECT_EQ(w.why(c.node_after_factor(w.manager), RegisterCertificate{c.authority, command.certificate, true}), "certificate.revoked");
  CertificateId id = c.registered();
  EXPECT_EQ(w.why(c.node_after_factor(w.user), command), "certificate.known");
  EXPECT_TRUE(c.in_force(id));
  // A list that is overdue says nothing any more: nothing under it counts until the next one.
  ReportRevocations list{c.authority, test_digest(1), kWithin - kDayMs, kWithin + kDayMs, {}};
  EXPECT_EQ(w.why(node_for(w.manager), list), "duty.missing");
  EXPECT_EQ(w.why(node_for(w.security_admin), list), "ok");
  EXPECT_TRUE(c.in_force(id));
  c.w.desk.now_ = kWithin + kDayMs;
  EXPECT_EQ(c.in_force(id).error().reason, "certificate.revocations_overdue");
  EXPECT_EQ(w.why(node_for(w.security_admin), ReportRevocations{c.authority, {}, kWithin - 2 * kDayMs, kWithin + 9 * kDayMs, {}}), "certificate.list_older");
  EXPECT_EQ(w.why(node_for(w.security_admin), ReportRevocations{c.authority, {}, kWithin, kWithin + 9 * kDayMs, {id}}), "ok");
  EXPECT_EQ(c.in_force(id).error().reason, "certificate.revoked");
  EXPECT_EQ(c.w.desk.state_.certificates.at(id.str()).reason, "certificate.on_list");
}

TEST(CertificateOfAPerson, IsRevokedByItsPersonOrTheSecurityAdministratorAndEndsWithTheAuthority) {
  Certified c;
  Walk& w = *c.w.operator->();
  CertificateId id = c.registered();
  EXPECT_EQ(w.why(as(w.user), RevokeCertificate{id, "r"}), "duty.missing");
  EXPECT_EQ(w.why(as(w.manager), RevokeCertificate{id, ""}), "form.text_missing");
  ASSERT_EQ(w.why(as(w.security_admin), EndAuthority{c.authority, "closed"}), "ok");
  EXPECT_EQ(c.in_force(id).error().reason, "certificate.authority_ended");
  EXPECT_EQ(w.why(as(w.manager), RevokeCertificate{id, "lost"}), "ok");
  EXPECT_EQ(w.why(as(w.manager), RevokeCertificate{id, "lost"}), "certificate.revoked");
}

TEST(SignInProviders, AreSetBySystemAdministratorsAndReachedByHttpsOrOnThisMachine) {
  DeskWalk w(&Walk::people);
  SetSignInProvider good{"city", "the city's", "https://id.example", "space"};
  EXPECT_EQ(w->why(as(w->security_admin), good), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->system_admin), good), "auth.second_factor_needed");
  for (const char* name : {"", "City", "a b", "../x"}) EXPECT_EQ(w->why(as(w->system_admin), SetSignInProvider{name, "t", good.issuer, "c"}), "oidc.bad_name") << name;
  for (const char* issuer : {"", "http://id.example", "https://", "ftp://x", "https://id.example/?a=b", "http://127.0.0.1.example"})
    EXPECT_EQ(w->why(as(w->system_admin), SetSignInProvider{"city", "t", issuer, "c"}), "oidc.bad_issuer") << issuer;
  EXPECT_EQ(w->why(as(w->system_admin), SetSignInProvider{"city", "t", "http://127.0.0.1:8080", "c"}), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), good), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), RemoveSignInProvider{"other", "r"}), "oidc.no_such_provider");
  EXPECT_EQ(w->why(as(w->system_admin), RemoveSignInProvider{"city", "over"}), "ok");
  EXPECT_TRUE(w.desk.state_.sign_in_providers.empty());
}

TEST(SignInProviders, AnAccountIsLinkedByASystemAdministratorAndNeverTheOwn) {
  DeskWalk w(&Walk::people);
  EXPECT_EQ(w->why(as(w->manager), NoteCredentialChange{w->manager, "oidc"}), "duty.missing");
  EXPECT_EQ(w->why(as(w->system_admin), NoteCredentialChange{w->system_admin, "oidc"}), "duty.not_to_oneself");
  EXPECT_EQ(w->why(without_second_factor(w->system_admin), NoteCredentialChange{w->manager, "oidc"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->system_admin), NoteCredentialChange{w->manager, "oidc"}), "ok");
}

// A certificate of this person's for this key, in force for a day.
CertificateId certified(Desk& desk, const PersonId& person, const Sm2PrivateKey& key) {
  CertificateAuthority authority;
  authority.id = AuthorityId::make(desk.random);
  authority.not_after_ms = desk.now_ + kDayMs;
  desk.state_.authorities[authority.id.str()] = authority;
  PersonCertificate certificate;
  certificate.id = CertificateId::make(desk.random);
  certificate.person = person;
  certificate.authority = authority.id;
  certificate.public_key = key.public_key().bytes();
  certificate.not_after_ms = authority.not_after_ms;
  desk.state_.certificates[certificate.id.str()] = certificate;
  return certificate.id;
}

TEST(PersonalSignature, MustBeTheSignersOwnAndOverThisVeryVote) {
  DeskWalk w(&Walk::until_vote);
  const PersonId member = w->members[0];
  Sm2PrivateKey key = test_key(40);
  CertificateId id = certified(w.desk, member, key);
  auto ballot = [&](bool approve, bool signed_as, const CertificateId& with) {
    return CastVote{w->application, approve, "needed", PersonalSignature{with, key.sign(view(vote_text(w->application, member, signed_as, "needed")))}};
  };
  auto here = without_second_factor(member);
  EXPECT_EQ(w->why(here, CastVote{w->application, true, "needed"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(here, ballot(true, false, id)), "certificate.bad_signature");
  EXPECT_EQ(w->why(here, ballot(true, true, CertificateId::make(w.desk.random))), "certificate.not_found");
  EXPECT_EQ(w->why(without_second_factor(w->members[1]), ballot(true, true, id)), "certificate.not_found") << "another person's";
  w.desk.state_.certificates[id.str()].revoked = true;
  EXPECT_EQ(w->why(as(member), ballot(true, true, id)), "certificate.revoked") << "a second factor does not make it good";
  w.desk.state_.certificates[id.str()].revoked = false;
  EXPECT_EQ(w->why(here, ballot(true, true, id)), "ok");
  EXPECT_EQ(w.desk.state_.applications.at(w->application.str()).votes.back().certificate, id) << "it stands by the vote";
}

TEST(PersonalSignature, OfAWitnessCoversTheWorkAsItWasProposedAndTheVerdict) {
  DeskWalk w(&Walk::until_drafted);
  const auto& versions = w.desk.state_.versions;
  auto masked = std::find_if(versions.begin(), versions.end(), [](const auto& v) { return !v.second.masked_from.empty(); });
  ASSERT_TRUE(masked != versions.end());
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), ProposeKeyWork{KeyWork::destroy_version, masked->second.id, {}, {}, "over"}).key_work;
  w->must(as(w->members[0]), DecideKeyWork{id, true, "同意销毁"});
  Sm2PrivateKey key = test_key(41);
  CertificateId certificate = certified(w.desk, w->security_admin, key);
  KeyWorkItem other = w.desk.state_.key_works.at(id.str());
  auto word = [&](const KeyWorkItem& signed_item, WitnessWord signed_as) {
    return WitnessKeyWork{id, WitnessWord::agree, "seen", PersonalSignature{certificate, key.sign(view(witness_text(signed_item, w->security_admin, signed_as, "seen")))}};
  };
  const KeyWorkItem item = other;
  other.columns.pop_back();
  auto here = without_second_factor(w->security_admin);
  EXPECT_EQ(w->why(here, WitnessKeyWork{id, WitnessWord::agree, "seen"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(here, word(other, WitnessWord::agree)), "certificate.bad_signature") << "fewer columns were shown";
  EXPECT_EQ(w->why(here, word(item, WitnessWord::refuse)), "certificate.bad_signature");
  EXPECT_EQ(w->why(as(w->system_admin), word(item, WitnessWord::agree)), "certificate.not_found") << "another person's";
  EXPECT_EQ(w->why(here, word(item, WitnessWord::agree)), "ok");
  ASSERT_EQ(w->why(as(w->system_admin), WitnessKeyWork{id, WitnessWord::agree, "seen"}), "ok");
  EXPECT_EQ(w.desk.state_.key_works.at(id.str()).signed_by, std::vector{w->security_admin});
}

TEST(GuardKeyWork, ColumnKeysAreRotatedByWritingTheVersionAgainWithEveryRow) {
  DeskWalk w(&Walk::until_contract);
  const auto& versions = w.desk.state_.versions;
  auto own = std::find_if(versions.begin(), versions.end(), [](const auto& v) { return v.second.masked_from.empty(); });
  auto masked = std::find_if(versions.begin(), versions.end(), [](const auto& v) { return !v.second.masked_from.empty(); });
  ASSERT_TRUE(own != versions.end() && masked != versions.end());
  const DatasetVersion version = own->second;
  ProposeKeyWork rotation{KeyWork::rotate_columns, version.id, {}, {}, "yearly"};
  EXPECT_EQ(w->why(as(w->user), rotation), "duty.missing");
  EXPECT_EQ(w->why(as(w->manager), ProposeKeyWork{KeyWork::rotate_columns, masked->second.id, {}, {}, "yearly"}), "keys.mask_again");
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), rotation).key_work;
  EXPECT_EQ(w.desk.state_.key_works.at(id.str()).witnesses_needed, 1);
  ASSERT_EQ(w->why(as(w->security_admin), WitnessKeyWork{id, WitnessWord::agree, ""}), "ok");
  VersionId fresh = VersionId::make(w.desk.random);
  EXPECT_EQ(w->why(the_node(), ReportKeysRotated{id, 1}), "keys.other_work");
  EXPECT_EQ(w->why(the_node(), ReportRowsDestroyed{id, fresh, test_digest(2), version.rows - 1, 1}), "keys.rows_lost");
  EXPECT_EQ(w->why(the_node(), ReportRowsDestroyed{id, fresh, test_digest(2), version.rows, 0}), "ok");
  EXPECT_TRUE(w.desk.state_.destroyed.at(version.id.str()).whole) << "the old column keys are gone";
  EXPECT_EQ(w.desk.state_.versions.at(fresh.str()).rows, version.rows);
}

}  // namespace
}  // namespace sluice::space
