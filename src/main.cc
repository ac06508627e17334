// The one executable: server, command line, verifier; and, under hidden verbs, its own workers and key agent.
#include "adapter/sqlite/grants.h"
#include "edge/cli/command.h"
#include "node/node.h"
#include "node/process/hidden_verb.h"

int main(int argc, char** argv) {
  if (auto code = sluice::node::run_hidden_verb(argc, argv, sluice::node::worker_jobs(), sluice::adapter::open_ledger_grants)) return *code;
  return sluice::cli::run(argc, argv);
}
