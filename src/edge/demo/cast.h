// The people and parties of the story. Internal to the demo.
#pragma once

#include <functional>

#include "edge/demo/story.h"

namespace sluice::demo {

// A person of the story, signed in with password and second factor.
class Cast {
 public:
  Cast(node::Node& node, const std::vector<node::FirstAccount>& first) : node_(node), first_(first) {}

  // Enrols everybody and every party, verifies them, grants the duties, registers both parties' keys.
  Status assemble(const std::string& dir);

  // Signed in and stepped up just now, by password and code.
  Result<space::Principal> as(std::string_view account);
  const std::vector<DemoAccount>& accounts() const { return accounts_; }
  const Sm2PrivateKey& key_of(std::string_view party) const { return keys_.at(std::string(party)); }
  const space::PartyId& party(std::string_view name) const { return parties_.at(std::string(name)); }

 private:
  Status take_first_accounts();
  Status add_party(std::string_view key, std::string_view name, std::string_view uscc, PartyRole role, std::string_view evidence);
  Status add_person(std::string_view party, std::string account, std::string display_name, std::vector<space::Duty> duties);
  Status with_fresh_code(DemoAccount& account, const std::function<Status(std::string_view code)>& use);
  Status prepare_credentials(DemoAccount& account, const std::string& first_password);
  Status register_key(std::string_view party, const std::string& dir);

  node::Node& node_;
  std::vector<node::FirstAccount> first_;
  std::vector<DemoAccount> accounts_;
  std::map<std::string, space::Principal> signed_in_;
  std::map<std::string, space::PartyId> parties_;
  std::map<std::string, Sm2PrivateKey> keys_;
};

}  // namespace sluice::demo
