// The root key is dealt among officers, each at a desk of their own: the carrying out of a witnessed work `rotate_root`.
//
//   (none) ──begin──▶ joining ──the last officer joins──▶ dealt ──the last share is confirmed──▶ done
//                     joining, dealt ──abandon, two hours, the end of the node──▶ abandoned
//
// Each officer signs in as themselves with a second factor, joins with a passphrase that nobody else knows, takes the own share once (a
// file sealed under that passphrase), and confirms by handing it in again with the passphrase: a share that cannot be opened later is
// found today. Only when all are confirmed does the fresh root count; until then, and after an abandoned ceremony, what opened the space
// opens it, and shares of a root that never counted open nothing. Two officers are two people: two accounts, two passphrases, not one
// telephone, not one sign-in key.
// Passphrases stay in this process's memory from joining until the deal, and from confirming until the last share is confirmed. What is on
// record: the proposal, the witness, keys.root_changed with the officers, in the name of who began (root_change.h). One ceremony at a time; thread-safe.
// Errors: "ceremony.under_way", "ceremony.none", "ceremony.not_an_officer", "ceremony.joined_already", "ceremony.not_dealt", "ceremony.share_taken",
// "ceremony.share_not_taken", "ceremony.confirmed_already", "ceremony.outsider", "ceremony.lapsed", "shares.officer_twice", "shares.bad_threshold",
// "shares.wrong_share", "shares.wrong_passphrase", "keys.work_not_approved", "auth.second_factor_needed".
#pragma once

#include "crypto/root_shares.h"
#include "node/node.h"

namespace sluice::node {

struct CeremonyAsk {
  space::KeyWorkId key_work;
  int64_t needed = 2;
  std::vector<space::PersonId> officers;
  static constexpr auto fields =
      field_list(field("key_work", &CeremonyAsk::key_work), field("needed", &CeremonyAsk::needed), field("officers", &CeremonyAsk::officers));
};

enum class CeremonyState { none, joining, dealt, done, abandoned };
constexpr std::array<std::string_view, 5> enum_names(CeremonyState) { return {"none", "joining", "dealt", "done", "abandoned"}; }

struct CeremonySeat {
  space::PersonId person;
  bool joined = false, taken = false, confirmed = false;
  static constexpr auto fields = field_list(field("person", &CeremonySeat::person), field("joined", &CeremonySeat::joined),
                                            field("taken", &CeremonySeat::taken), field("confirmed", &CeremonySeat::confirmed));
};
struct CeremonySeen {
  CeremonyState state = CeremonyState::none;
  space::KeyWorkId key_work;
  space::PersonId begun_by;
  int64_t needed = 0;
  TimeMs begun_ms = 0, lapses_ms = 0;
  std::string reason;  // of an end
  std::vector<CeremonySeat> officers;
  static constexpr auto fields = field_list(field("state", &CeremonySeen::state), field("key_work", &CeremonySeen::key_work), field("begun_by", &CeremonySeen::begun_by),
                                            field("needed", &CeremonySeen::needed), field("begun_ms", &CeremonySeen::begun_ms),
                                            field("lapses_ms", &CeremonySeen::lapses_ms), field("reason", &CeremonySeen::reason),
                                            field("officers", &CeremonySeen::officers));
};

class RootCeremony {
 public:
  explicit RootCeremony(Node& node) : node_(node) {}

  Status begin(const space::Principal& by, const CeremonyAsk& ask);
  // The last one to join has the shares dealt.
  Status join(const space::Principal& by, SecretText passphrase);
  // The own share, once.
  Result<Json> take_share(const space::Principal& by);
  // The last one makes the fresh root the root.
  Status confirm(const space::Principal& by, const Json& share, SecretText passphrase);
  // An officer, or whoever began it.
  Status abandon(const space::Principal& by, const std::string& reason);
  CeremonySeen seen();

  // A rehearsal: whether this share of the root as it stands is whole and opens. Changes nothing.
  Status check_share(const space::Principal& by, const Json& share, SecretText passphrase);

 private:
  struct Seat {
    CeremonySeat shown;
    std::string name;  // in the share files: the account
    SecretText passphrase{};
    std::optional<RootShareFile> share{};
    std::optional<PresentedShare> presented{};
  };
  Result<Seat*> seat_of(const space::Principal& by);
  Status deal();
  Status adopt();
  void end(CeremonyState how, std::string reason);
  void lapse();

  Node& node_;
  std::mutex mutex_;
  CeremonySeen seen_;
  std::vector<Seat> seats_;
  Json root_file_;
};

// Who keeps the root: {keeper, needed, total, officers: [{index, name}]}; no secret in it.
Result<Json> root_keeper(Node& node);

}  // namespace sluice::node
