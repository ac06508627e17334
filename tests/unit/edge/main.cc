// These tests start real nodes: this binary again as their key agent, with the hidden verbs.
#include <gtest/gtest.h>

#include "adapter/sqlite/grants.h"
#include "node/node.h"
#include "node/process/hidden_verb.h"

int main(int argc, char** argv) {
  using namespace sluice;
  if (auto code = node::run_hidden_verb(argc, argv, node::worker_jobs(), adapter::open_ledger_grants)) return *code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
