#include "node/sign_in_key.h"

#include "crypto/sign.h"
#include "node/people.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

Result<Bytes> stored_key(Node& node, const PersonId& person) {
  auto item = TRY(node.registry().get(kSignInKeyItem, person.str()));
  return item.reveal("a public key");
}

}  // namespace

std::string sign_in_text(std::string_view origin, std::string_view account, std::string_view challenge) {
  return "sluice/sign-in/v1\n" + canonical(Json::object({{"account", account}, {"challenge", challenge}, {"origin", origin}}));
}

std::string sign_in_key_text(const PersonId& person, ByteView public_key) {
  return "sluice/sign-in-key/v1\n" + canonical(Json::object({{"person", person.str()}, {"public_key", base64(public_key)}}));
}

Status set_sign_in_key(Node& node, const Principal& by, ByteView public_key, ByteView proof) {
  TRY(stepped_up(Context{node.clock().now(), node.random(), node.rules(), by}));
  auto key = TRY(Sm2PublicKey::from_bytes(public_key));
  if (!key.verify(view(sign_in_key_text(by.person, public_key)), proof)) return fail(Errc::invalid, "party.key_not_proven");
  TRY(node.space().execute(by, NoteCredentialChange{by.person, "sm2_key"}));
  return node.registry().put(kSignInKeyItem, by.person.str(), SecretBytes(Bytes(public_key.begin(), public_key.end())));
}

Status remove_sign_in_key(Node& node, const Principal& by) {
  TRY(stepped_up(Context{node.clock().now(), node.random(), node.rules(), by}));
  TRY(node.space().execute(by, NoteCredentialChange{by.person, "sm2_key"}));
  return node.registry().erase(kSignInKeyItem, by.person.str());
}

std::string sign_in_key_id(Node& node, const PersonId& person) {
  auto key = stored_key(node, person);
  return key ? key_id_of(*key) : std::string();
}

Result<PersonId> check_sign_in_key(Node& node, std::string_view account, std::string_view challenge, ByteView signature) {
  std::string signed_text = sign_in_text(node.ledger().origin(), account, challenge);
  for (const std::string& id : TRY(node.registry().ids(kSignInKeyItem))) {
    PersonId person = TRY(PersonId::parse(id));
    auto item = person_item(node, person);
    if (!item || item->account != account) continue;
    Bytes point = TRY(stored_key(node, person));
    auto key = TRY(Sm2PublicKey::from_bytes(point));
    bool may = node.space().read([&](const State& s) {
      const Person* p = find(s.persons, person);
      return p && active(s, *p, node.clock().now());
    });
    if (may && key.verify(view(signed_text), signature)) return person;
  }
  return fail(Errc::unauthenticated, "sign_in.failed");
}

}  // namespace sluice::node
