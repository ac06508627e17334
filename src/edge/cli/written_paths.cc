#include "edge/cli/written_paths.h"

#include <algorithm>
#include <filesystem>

namespace sluice::cli {

namespace {

namespace fs = std::filesystem;

struct NamedPath {
  std::string_view argument;
  std::string path;
};

bool takes_path(std::string_view value) {
  constexpr std::string_view kinds[] = {"FILE", "SIG", "PUB", "KEY", "DIR"};
  return std::find(std::begin(kinds), std::end(kinds), value) != std::end(kinds);
}

std::vector<NamedPath> paths_of(const Command& command, const Args& args) {
  std::vector<NamedPath> out;
  for (const Option& option : command.options)
    if (takes_path(option.value))
      for (const std::string& path : args.values(option.name)) out.push_back({option.name, path});
  for (const Positional& positional : command.positionals)
    for (const std::string& path : args.values(positional.name)) out.push_back({positional.name, path});
  return out;
}

bool same_place(const std::string& a, const std::string& b) {
  std::error_code ec;
  if (fs::equivalent(a, b, ec)) return !fs::is_character_file(a, ec);  // two things may go to /dev/null
  fs::path left = fs::weakly_canonical(a, ec), right = fs::weakly_canonical(b, ec);
  return !left.empty() && left == right;
}

}  // namespace

Status check_written_paths(const Command& command, const Args& args) {
  if (command.writes.empty()) return {};
  const auto paths = paths_of(command, args);
  for (size_t i = 0; i < paths.size(); i++) {
    if (std::find(command.writes.begin(), command.writes.end(), paths[i].argument) == command.writes.end()) continue;
    for (size_t j = 0; j < paths.size(); j++)
      if (i != j && same_place(paths[i].path, paths[j].path)) return fail(Errc::usage, "deident.same_file", std::string(paths[i].argument) + ", " + std::string(paths[j].argument));
  }
  return {};
}

}  // namespace sluice::cli
