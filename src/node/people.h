// Accounts of people: names and credentials in the registry, what they may do in the ledger.
//
// The registry item "person" of an id holds account, display name, phone, password hash and second-factor seed. An account
// name belongs to one person. Checks of passwords cost the same for accounts that do not exist.
#pragma once

#include <optional>

#include "node/node.h"

namespace sluice::node {

struct PersonItem {
  std::string account, display_name, phone, password_hash;
  Bytes totp_seed;          // empty: none
  bool totp_confirmed = false;
  int64_t totp_step = 0;    // the last one used: a code works once
  bool must_change_password = false;
  static constexpr auto fields = field_list(
      field("account", &PersonItem::account), field("display_name", &PersonItem::display_name), field("phone", &PersonItem::phone),
      field("password_hash", &PersonItem::password_hash), field("totp_seed", &PersonItem::totp_seed),
      field("totp_confirmed", &PersonItem::totp_confirmed), field("totp_step", &PersonItem::totp_step),
      field("must_change_password", &PersonItem::must_change_password));
};

struct Enrolment {
  space::PartyId party;
  std::string account, display_name, phone;
};
struct Enrolled {
  space::PersonId person;
  std::string password;  // shown once
};

// Stores the item, then enrols; the item goes again when the space refuses. "account.taken", "account.bad_name".
Result<Enrolled> enrol_person(Node& node, const space::Principal& by, const Enrolment& enrolment);

// "sign_in.failed" whatever was wrong: unknown account, wrong password, suspended person.
Result<space::PersonId> check_password(Node& node, std::string_view account, const SecretText& password);
// "password.too_short" (12 characters), "password.same", "sign_in.failed" when `old` is wrong.
Status change_password(Node& node, const space::PersonId& person, const SecretText& old_password, const SecretText& fresh);

struct CredentialReset {
  std::string password;  // shown once; empty where the second factor alone was reset
};
// The second administrator allows what the first asked for: the ledger says so, then the credentials are replaced. The
// person changes the password at the next sign-in and enrols a new authenticator. Sessions are the caller's to close.
Result<CredentialReset> allow_reset(Node& node, const space::Principal& by, const space::PersonId& person);

struct TotpOffer {
  std::string secret_base32, uri;
};
// A seed that counts once a code of it was confirmed. "totp.enrolled_already".
Result<TotpOffer> offer_totp(Node& node, const space::PersonId& person);
Status confirm_totp(Node& node, const space::PersonId& person, std::string_view code);
// "totp.not_enrolled", "totp.wrong_code", "totp.replayed".
Status check_totp(Node& node, const space::PersonId& person, std::string_view code);

// Absent: no such account. The account name is for whoever may know it.
Result<std::optional<space::PersonId>> find_account(Node& node, std::string_view account);
Result<PersonItem> person_item(Node& node, const space::PersonId& person);
// Whether two accounts are one human being's, by what the registry knows: the same telephone, the same key to sign in with, or, where one of
// them gave no telephone that would tell them apart, the same name (base/person_marks.h). Every rule of two persons asks it.
bool same_person(Node& node, const space::PersonId& a, const space::PersonId& b);
// The name to show; the id's text where there is no item.
std::string display_name(Node& node, const space::PersonId& person);

// Used when a space is made.
Result<std::string> store_new_account(Node& node, const space::PersonId& person, std::string account, std::string display_name);
Status store_local_operator(Node& node, const space::PersonId& person);

}  // namespace sluice::node
