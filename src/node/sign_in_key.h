// Sign-in with a person's own SM2 key: the key file of `sluice key new`, whose private half never reaches the node. The public
// key lies in the registry beside the person's item; that it was set or taken away is an entry of the ledger.
//
// What is signed is text that says what it is for, so that a signature made for one thing serves no other:
//   sign_in_text(account, challenge)       to sign in, with a challenge that the node handed out and that counts once
//   sign_in_key_text(person, public key)   to set the key: proof that its holder has the private half
#pragma once

#include "node/node.h"

namespace sluice::node {

inline constexpr std::string_view kSignInKeyItem = "sign_in_key";  // of the registry; a reset of credentials takes it away

std::string sign_in_text(std::string_view origin, std::string_view account, std::string_view challenge);
std::string sign_in_key_text(const space::PersonId& person, ByteView public_key);

// "sm2.bad_key", "party.key_not_proven", "auth.second_factor_needed" unless the principal stepped up.
Status set_sign_in_key(Node& node, const space::Principal& by, ByteView public_key, ByteView proof);
Status remove_sign_in_key(Node& node, const space::Principal& by);
// The key's id (party.h: key_id_of); empty when there is none.
std::string sign_in_key_id(Node& node, const space::PersonId& person);

// "sign_in.failed" whatever was wrong: unknown account, no key, wrong signature, a person who may not act.
Result<space::PersonId> check_sign_in_key(Node& node, std::string_view account, std::string_view challenge, ByteView signature);

}  // namespace sluice::node
