// Use case: a release through an API (G4.6b). A token bound to the contract, calls counted in leased blocks, each call durable
// in an access segment before its rows leave, and refused with the term of the contract that forbids it. Values of a query
// that identify people are kept in the registry (secret_filter.h); the record refers to them.
//
// A release for one person at a time (space/product: OnePerson) answers only when every input is named once, the person of the call has
// consented and has not withdrawn, and a record was found: "api.input_missing", "law.consent_…", "api.record_not_of_person" (nothing there,
// or another's: which of the two is not said). Misses are counted over a window and then refused ("api.enumeration"); their times lie in the
// registry before the answer leaves, so that a restart forgets none. The record of such a call names the person's reference and the consent.
//
// One worker an open release holds the agreed columns' keys; it ends with the release, the contract or the node. Rows of one
// release are read one call after the other; the records of calls wait for the disk together. Thread-safe.
#pragma once

#include "node/node.h"

namespace sluice::space {
class ShownClient;
}

namespace sluice::node {

struct OpenedApi {
  space::ReleaseId release;
  std::string token;  // shown once
};
Result<OpenedApi> open_api(Node& node, const space::Principal& by, const space::ContractId& contract, const std::string& purpose);

struct PageQuery {
  int64_t cursor = 0, limit = 100;
  std::vector<space::RowCondition> filter;
};
struct ApiPage {
  std::string rows;  // JSON array of objects
  int64_t count = 0;
  std::optional<int64_t> next;
  space::ReleaseId release;
  space::LeaseId lease;  // the block of calls that this one was counted in
  std::optional<int64_t> level5_rows_left_out{};  // where the contract wants such rows left out
  Digest content{};      // the seal of its rows (page_seal.h)
  Digest receipt{};      // SM3 of the call's access record, which stands before a row leaves
};

class ReleaseApi {
 public:
  explicit ReleaseApi(Node& node) : node_(node) {}
  // Settles what is leased.
  ~ReleaseApi();

  // "api.bad_token" (unauthenticated) whatever is wrong with the token; "api.too_fast" (exhausted); refusals of the contract
  // and of the legal station.
  // `certificate`: DER of what the connection showed, or empty (space/party/client_use.h: who must show which).
  Result<ApiPage> page(std::string_view token, const PageQuery& query, std::string_view caller_address, ByteView certificate = {});
  // Gives unused calls back to the contracts: at shutdown, and when a release ends.
  void settle();
  // After the queries of a release were erased: the same query is kept anew.
  void forget_queries(const space::ReleaseId& release);

 private:
  struct Open;
  // A call: what the access record says of its conditions and of whom it is about; the certificate that its connection showed.
  struct Asked {
    Json filter = Json::array(), about = Json::object();
    ByteView certificate{};
  };
  Result<std::shared_ptr<Open>> opened(const space::Release& release);
  Result<space::Release> release_of_token(std::string_view token);
  Result<ApiPage> read_page(const space::Release& release, Open& open, const PageQuery& query, Asked& asked);
  Result<ApiPage> ask_worker(const space::Release& release, Open& open, const PageQuery& query);
  Status admit(const space::Release& release, Open& open, const PageQuery& query, Asked& asked);
  Status may_call(const space::Release& release, Open& open, space::ShownClient* shown);
  Status admit_person(Open& open, const PageQuery& query, Json& record);
  Result<ApiPage> read_person(const space::Release& release, Open& open, PageQuery query);
  Status take_call(Open& open);
  Status start_worker(const space::Release& release, Open& open);
  void ask_for_lease(Open& open);
  void settle_lease(Open& open);
  Result<Json> keep_conditions(const space::Release& release, Open& open, const std::vector<space::RowCondition>& filter);
  void settle_one(Open& open);
  Status keep_misses(Open& open);

  Node& node_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Open>> open_;
};

}  // namespace sluice::node
