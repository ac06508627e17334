#include "edge/demo/cast.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/file.h"
#include "crypto/keyfile.h"
#include "crypto/totp.h"
#include "node/people.h"
#include "standard/codes.h"

namespace sluice::demo {

using namespace space;

namespace {

// Check-valid codes under registration departments and divisions that make them nobody's (division 98 was never assigned).
std::string demo_uscc(std::string_view department_and_kind, std::string_view division, std::string_view serial) {
  std::string body(serial);
  std::string first17 = std::string(department_and_kind) + std::string(division) + body + organisation_check_character(body);
  return first17 + uscc_check_character(first17);
}

std::string new_password(RandomSource& random) { return random_name(random, "demo").substr(0, 21); }

}  // namespace

Status Cast::assemble(const std::string& dir) {
  TRY(take_first_accounts());
  parties_["agency"] = node_.space().read([](const State& s) { return s.parties.begin()->second.id; });
  TRY(add_party("insurer", "示例人寿健康保险股份有限公司", demo_uscc("91", "509801", "MADEM001"), PartyRole::data_user, "营业执照 示例-2026-001"));
  TRY(add_party("supervisor", "示例省医疗保障局（监管）", demo_uscc("11", "509802", "MADEM002"), PartyRole::supervisor, "机关统一社会信用代码证书 示例-2026-002"));
  TRY(add_person("agency", "manager", "数据管理员·李", {Duty::data_manager}));
  TRY(add_person("agency", "officer", "安全负责人·王", {Duty::security_officer}));
  TRY(add_person("agency", "registrar", "平台登记员·赵", {Duty::registrar}));
  TRY(add_person("agency", "committee1", "委员·陈", {Duty::committee_member}));
  TRY(add_person("agency", "committee2", "委员·孙", {Duty::committee_member}));
  TRY(add_person("agency", "committee3", "委员·周", {Duty::committee_member}));
  TRY(add_person("agency", "privacy", "个人信息保护责任人·沈", {Duty::pi_officer}));
  TRY(add_person("agency", "signer", "签约人·吴", {Duty::contract_signer}));
  TRY(add_person("insurer", "insurer.user", "数据使用人·郑", {Duty::data_user}));
  TRY(add_person("insurer", "insurer.signer", "签约人·冯", {Duty::contract_signer}));
  TRY(add_person("supervisor", "supervisor", "监管人员·褚", {Duty::supervisor}));
  TRY(register_key("agency", dir));
  return register_key("insurer", dir);
}

// First sign-in of an account: the given password is changed, an authenticator enrolled.
Status Cast::prepare_credentials(DemoAccount& account, const std::string& first_password) {
  account.password = new_password(node_.random());
  TRY(node::change_password(node_, account.person, SecretText(first_password), SecretText(account.password)));
  auto offer = TRY(node::offer_totp(node_, account.person));
  account.totp_secret = offer.secret_base32;
  account.totp_seed = SecretBytes(TRY(node::person_item(node_, account.person)).totp_seed);
  return with_fresh_code(account, [&](std::string_view code) { return node::confirm_totp(node_, account.person, code); });
}

// A code works once, and so does its half minute: each account remembers the last step it used. A step that is not used yet
// and that the node takes now (one early or late is allowed) is used at once; else the next one is waited for, as a person
// with an authenticator would.
Status Cast::with_fresh_code(DemoAccount& account, const std::function<Status(std::string_view code)>& use) {
  constexpr TimeMs kStepMs = 30 * kSecondMs;
  for (;;) {
    TimeMs now = node_.clock().now();
    int64_t current = now / kStepMs, step = std::max(account.totp_step + 1, current - 1);
    if (step > current + 1) {
      std::this_thread::sleep_for(std::chrono::milliseconds((step - 1) * kStepMs - now + 1));
      continue;
    }
    Status used = use(totp_code(account.totp_seed, step * kStepMs));
    // Under load the half minute may pass between the code and the check: then the next step is due.
    bool late = !used && used.error().reason == "totp.wrong_code" && node_.clock().now() / kStepMs > current;
    if (late) continue;
    if (used) account.totp_step = step;
    return used;
  }
}

Status Cast::take_first_accounts() {
  static const std::map<std::string, std::pair<const char*, const char*>> kShown = {
      {"sysadmin", {"系统管理员", "system_admin"}}, {"secadmin", {"安全管理员", "security_admin"}}, {"auditadmin", {"审计管理员", "audit_admin"}}};
  for (const auto& first : first_) {
    const auto& [shown, duty] = kShown.at(first.account);
    DemoAccount account{first.account, shown, {}, {}, {duty}, first.person, {}, 0};
    TRY(prepare_credentials(account, first.password));
    accounts_.push_back(std::move(account));
  }
  return {};
}

Result<Principal> Cast::as(std::string_view name) {
  auto known = signed_in_.find(std::string(name));
  if (known != signed_in_.end()) return known->second;
  auto account = std::find_if(accounts_.begin(), accounts_.end(), [&](const DemoAccount& a) { return a.account == name; });
  if (account == accounts_.end()) return fail(Errc::not_found, "demo.no_such_account");
  PersonId person = TRY(node::check_password(node_, account->account, SecretText(account->password)));
  TRY(with_fresh_code(*account, [&](std::string_view code) { return node::check_totp(node_, person, code); }));
  return signed_in_[std::string(name)] = Principal{.person = person, .system = false, .stepped_up = true};
}

Status Cast::add_party(std::string_view key, std::string_view name, std::string_view uscc, PartyRole role, std::string_view evidence) {
  auto sysadmin = TRY(as("sysadmin")), secadmin = TRY(as("secadmin"));
  auto registered = TRY(node_.space().execute(sysadmin, RegisterParty{std::string(name), std::string(uscc), role, std::string(evidence)}));
  PartyId party = registered.get<PartyRegistered>().party;
  TRY(node_.space().execute(secadmin, VerifyParty{party, "原件核对一致"}));
  parties_[std::string(key)] = party;
  return {};
}

Status Cast::add_person(std::string_view party, std::string account, std::string display_name, std::vector<Duty> duties) {
  auto sysadmin = TRY(as("sysadmin")), secadmin = TRY(as("secadmin"));
  auto enrolled = TRY(node::enrol_person(node_, sysadmin, {parties_.at(std::string(party)), account, display_name, ""}));
  DemoAccount made{account, display_name, {}, {}, {}, enrolled.person, {}, 0};
  for (Duty duty : duties) {
    TRY(node_.space().execute(secadmin, GrantDuty{enrolled.person, duty, 0}));
    made.duties.emplace_back(name_of(duty));
  }
  TRY(prepare_credentials(made, enrolled.password));
  accounts_.push_back(std::move(made));
  return {};
}

// The key is made outside the node, in a file of the party's own; the node sees its public half and the proof.
Status Cast::register_key(std::string_view name, const std::string& dir) {
  auto key = Sm2PrivateKey::generate();
  PartyId party = parties_.at(std::string(name));
  TRY(make_dirs(dir + "/parties", 0700));
  PartyKey file{std::string(name), key};
  std::string content = unsealed_key_file(file);
  TRY(write_file(dir + "/parties/" + std::string(name) + ".key", view(content), 0600));
  const Bytes& point = key.public_key().bytes();
  Bytes proof = key.sign(view(key_proof_text(party, point)));
  auto secadmin = TRY(as("secadmin")), sysadmin = TRY(as("sysadmin"));
  TRY(node_.space().execute(secadmin, RegisterPartyKey{party, point, proof}));
  TRY(node_.space().execute(sysadmin, DecidePartyKey{party, key_id_of(point), true, ""}));
  keys_.emplace(std::string(name), std::move(key));
  return {};
}

}  // namespace sluice::demo
