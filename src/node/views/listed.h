// A list of a view while it is put together: what orders each item, and how to show it when its page is asked for.
#pragma once

#include <functional>

#include "node/views/view.h"

namespace sluice::node {

struct Listed {
  std::string position;  // orders the list; unique
  std::function<Json()> show;
};
// Newest first: the complement of the sequence, then the id.
std::string newest_first(uint64_t seq, const std::string& id);
Json page_of_list(std::vector<Listed> all, const ListAsk& ask);

}  // namespace sluice::node
