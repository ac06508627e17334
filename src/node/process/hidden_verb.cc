#include "node/process/hidden_verb.h"

#include <string>
#include <string_view>
#include <vector>

#include "node/process/key_agent.h"

namespace sluice::node {

std::optional<int> run_hidden_verb(int argc, char** argv, std::span<const WorkerJob> jobs, OpenGrantCheck open_grants) {
  std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "key-agent") return run_key_agent(open_grants);
  if (verb == "worker") return run_worker(std::vector<std::string>(argv + 2, argv + argc), jobs);
  return std::nullopt;
}

}  // namespace sluice::node
