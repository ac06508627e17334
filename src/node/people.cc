#include "node/people.h"

#include "base/person_marks.h"
#include "crypto/password.h"
#include "crypto/totp.h"
#include "node/sign_in_key.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kPasswordBytesMin = 12;

// One change of registry items at a time: a code must not be accepted twice, an account name not given twice.
std::mutex& items_mutex() {
  static std::mutex mutex;
  return mutex;
}

Status put_item(Node& node, const PersonId& person, const PersonItem& item) {
  return node.registry().put("person", person.str(), SecretBytes(to_bytes(canonical(encode(item)))));
}

bool good_account(std::string_view name) {
  if (name.size() < 2 || name.size() > 64) return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')) return false;
  return true;
}

std::string fresh_password(RandomSource& random) {
  // 80 bits in four groups that can be read aloud.
  std::string raw = random_name(random, "x").substr(2);
  return raw.substr(0, 4) + "-" + raw.substr(4, 4) + "-" + raw.substr(8, 4) + "-" + raw.substr(12, 4);
}

Result<std::string> store_account(Node& node, const PersonId& person, PersonItem item) {
  std::lock_guard lock(items_mutex());
  if (!good_account(item.account)) return fail(Errc::invalid, "account.bad_name");
  if (TRY(find_account(node, item.account))) return fail(Errc::conflict, "account.taken");
  std::string password = fresh_password(node.random());
  item.password_hash = TRY(password_hash(SecretText(password)));
  item.must_change_password = true;
  TRY(put_item(node, person, item));
  return password;
}

}  // namespace

Result<std::optional<PersonId>> find_account(Node& node, std::string_view account) {
  for (const std::string& id : TRY(node.registry().ids("person"))) {
    PersonId person = TRY(PersonId::parse(id));
    if (TRY(person_item(node, person)).account == account) return std::optional(person);
  }
  return std::optional<PersonId>();
}

Result<PersonItem> person_item(Node& node, const PersonId& person) {
  auto bytes = TRY(node.registry().get("person", person.str()));
  Json json = TRY(parse_json(text(bytes.reveal("decoding a person's item"))));
  return decode<PersonItem>(json);
}

bool same_person(Node& node, const PersonId& a, const PersonId& b) {
  if (a == b) return true;
  auto one = person_item(node, a), other = person_item(node, b);
  if (!one || !other) return false;
  std::string phone = folded_phone(one->phone), other_phone = folded_phone(other->phone);
  bool told_apart = !phone.empty() && !other_phone.empty();
  if (told_apart ? phone == other_phone : folded_name(one->display_name) == folded_name(other->display_name)) return true;
  std::string key = sign_in_key_id(node, a);
  return !key.empty() && key == sign_in_key_id(node, b);
}

std::string display_name(Node& node, const PersonId& person) {
  auto item = person_item(node, person);
  return item ? item->display_name : person.str();
}

Result<std::string> store_new_account(Node& node, const PersonId& person, std::string account, std::string name) {
  PersonItem item;
  item.account = std::move(account);
  item.display_name = std::move(name);
  return store_account(node, person, std::move(item));
}

Status store_local_operator(Node& node, const PersonId& person) {
  PersonItem item;
  item.account = "local.operator";
  item.display_name = "本机操作员";
  return put_item(node, person, item);  // no password: never signs in, acts through the machine's own socket
}

Result<Enrolled> enrol_person(Node& node, const Principal& by, const Enrolment& e) {
  if (e.display_name.empty() || e.display_name.size() > kNameBytesMax || !is_utf8(e.display_name) || e.phone.size() > 40)
    return fail(Errc::invalid, "account.bad_name");
  PersonId person = PersonId::make(node.random());
  PersonItem item;
  item.account = e.account;
  item.display_name = e.display_name;
  item.phone = e.phone;
  std::string password = TRY(store_account(node, person, std::move(item)));
  auto outcome = node.space().execute(by, EnrolPerson{person, e.party});
  if (!outcome) {
    (void)node.registry().erase("person", person.str());
    return tl::unexpected(outcome.error());
  }
  return Enrolled{person, password};
}

Result<PersonId> check_password(Node& node, std::string_view account, const SecretText& password) {
  // A hash of nothing that anyone knows, so that an unknown account takes as long as a wrong password.
  static const std::string kNobody = password_hash(SecretText("no such account: nobody's password")).value_or("");
  auto person = TRY(find_account(node, account));
  std::string hash = kNobody;
  if (person) hash = TRY(person_item(node, *person)).password_hash;
  bool matches = password_verify(hash, password);
  bool active = person && node.space().read([&](const State& s) {
    const Person* p = find(s.persons, *person);
    return p && !p->suspended;
  });
  if (!matches || !active) return fail(Errc::unauthenticated, "sign_in.failed");
  return *person;
}

Status change_password(Node& node, const PersonId& person, const SecretText& old_password, const SecretText& fresh) {
  std::lock_guard lock(items_mutex());
  PersonItem item = TRY(person_item(node, person));
  if (!password_verify(item.password_hash, old_password)) return fail(Errc::unauthenticated, "sign_in.failed");
  if (fresh.reveal("length check").size() < kPasswordBytesMin) return fail(Errc::invalid, "password.too_short");
  if (password_verify(item.password_hash, fresh)) return fail(Errc::invalid, "password.same");
  item.password_hash = TRY(password_hash(fresh));
  item.must_change_password = false;
  TRY(put_item(node, person, item));
  TRY(node.space().execute(Principal{.person = person}, NoteCredentialChange{person, "password"}));
  return {};
}

Result<CredentialReset> allow_reset(Node& node, const Principal& by, const PersonId& person) {
  std::lock_guard lock(items_mutex());
  auto allowed = TRY(node.space().execute(by, AllowCredentialReset{person})).get<CredentialResetAllowed>();
  PersonItem item = TRY(person_item(node, person));
  CredentialReset out;
  if (allowed.what != "totp") {
    out.password = fresh_password(node.random());
    item.password_hash = TRY(password_hash(SecretText(out.password)));
    item.must_change_password = true;
  }
  if (allowed.what != "password") {
    item.totp_seed.clear();
    item.totp_confirmed = false;
    item.totp_step = 0;
  }
  TRY(put_item(node, person, item));
  Status gone = node.registry().erase(kSignInKeyItem, person.str());
  if (!gone && gone.error().code != Errc::not_found) return tl::unexpected(gone.error());
  return out;
}

Result<TotpOffer> offer_totp(Node& node, const PersonId& person) {
  std::lock_guard lock(items_mutex());
  PersonItem item = TRY(person_item(node, person));
  if (item.totp_confirmed) return fail(Errc::conflict, "totp.enrolled_already");
  SecretBytes seed = new_totp_seed(node.random());
  item.totp_seed = seed.reveal("kept in the registry");
  TRY(put_item(node, person, item));
  return TotpOffer{base32(item.totp_seed), totp_uri(seed, "Sluice", item.account).reveal("shown to its owner once")};
}

Status confirm_totp(Node& node, const PersonId& person, std::string_view code) {
  std::lock_guard lock(items_mutex());
  PersonItem item = TRY(person_item(node, person));
  if (item.totp_confirmed) return fail(Errc::conflict, "totp.enrolled_already");
  if (item.totp_seed.empty()) return fail(Errc::conflict, "totp.not_enrolled");
  item.totp_step = TRY(totp_check(SecretBytes(item.totp_seed), code, node.clock().now(), item.totp_step));
  item.totp_confirmed = true;
  TRY(put_item(node, person, item));
  TRY(node.space().execute(Principal{.person = person}, NoteCredentialChange{person, "totp"}));
  return {};
}

Status check_totp(Node& node, const PersonId& person, std::string_view code) {
  std::lock_guard lock(items_mutex());
  PersonItem item = TRY(person_item(node, person));
  if (!item.totp_confirmed) return fail(Errc::conflict, "totp.not_enrolled");
  item.totp_step = TRY(totp_check(SecretBytes(item.totp_seed), code, node.clock().now(), item.totp_step));
  return put_item(node, person, item);
}

}  // namespace sluice::node
