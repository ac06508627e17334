// Use case: a release through an API (G4.6b). A token bound to the contract, calls counted in leased blocks, each call durable
// in an access segment before its rows leave, and refused with the term of the contract that forbids it. Values of a query
// that identify people are kept in the registry (secret_filter.h); the record refers to them.
//
// One worker an open release holds the agreed columns' keys; it ends with the release, the contract or the node. Rows of one
// release are read one call after the other; the records of calls wait for the disk together. Thread-safe.
#pragma once

#include "node/node.h"

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
};

class ReleaseApi {
 public:
  explicit ReleaseApi(Node& node) : node_(node) {}
  // Settles what is leased.
  ~ReleaseApi();

  // "api.bad_token" (unauthenticated) whatever is wrong with the token; "api.too_fast" (exhausted); refusals of the contract.
  Result<ApiPage> page(std::string_view token, const PageQuery& query, std::string_view caller_address);
  // Gives unused calls back to the contracts: at shutdown, and when a release ends.
  void settle();
  // After the queries of a release were erased: the same query is kept anew.
  void forget_queries(const space::ReleaseId& release);

 private:
  struct Open;
  Result<std::shared_ptr<Open>> opened(const space::Release& release);
  Result<space::Release> release_of_token(std::string_view token);
  Result<ApiPage> read_page(const space::Release& release, Open& open, const PageQuery& query, Json& asked);
  Status admit(const space::Release& release, Open& open, const PageQuery& query, Json& asked);
  Status may_call(const space::Release& release, Open& open);
  Status take_call(Open& open);
  Status start_worker(const space::Release& release, Open& open);
  void ask_for_lease(Open& open);
  void settle_lease(Open& open);
  Result<Json> keep_personal(const space::Release& release, Open& open, const std::vector<space::RowCondition>& filter);
  void settle_one(Open& open);

  Node& node_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Open>> open_;
};

}  // namespace sluice::node
