// These tests start real workers and key agents: this binary again, with the hidden verbs.
#include <gtest/gtest.h>

#include "node/process/hidden_verb.h"
#include "tests/unit/node/process_jobs.h"

int main(int argc, char** argv) {
  using namespace sluice::node;
  if (auto code = run_hidden_verb(argc, argv, test_jobs(), open_test_grants)) return *code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
