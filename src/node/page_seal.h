// What an API handed out, so that it can be told later whether a page made again is the page that left: HMAC-SM3 over release and rows, under
// a key of the registry. It stands in the call's access record; without the key it says nothing about the rows.
#pragma once

#include "node/node.h"

namespace sluice::node {

class PageSeal {
 public:
  // The key is made when first asked for.
  static Result<PageSeal> of(Node& node);
  Digest over(const space::ReleaseId& release, std::string_view rows) const;

 private:
  explicit PageSeal(SecretBytes key) : key_(std::move(key)) {}
  SecretBytes key_;
};

}  // namespace sluice::node
