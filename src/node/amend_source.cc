#include "node/amend_source.h"

#include <algorithm>
#include <filesystem>

#include "base/folder.h"
#include "node/source_host.h"
#include "node/source_secret.h"

namespace sluice::node {

// Where a path really lies; empty where it is no folder.
std::filesystem::path real_folder(const std::string& path) {
  std::error_code ec;
  std::filesystem::path real = std::filesystem::canonical(path, ec);
  return !ec && std::filesystem::is_directory(real, ec) ? real : std::filesystem::path();
}

Status check_place_from_afar(Node& node, const SourceAsk& ask, const std::vector<std::string>& folders) {
  if (ask.database && ask.database->driver) return fail(Errc::forbidden, "source.driver_local_only");
  if (auto host = host_of(ask)) TRY(check_host_from_afar(node, *host));
  if (!ask.folder) return {};
  std::filesystem::path wanted = real_folder(ask.folder->folder);
  bool allowed = std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) { return lies_in(wanted, real_folder(folder)); });
  return allowed ? Status() : fail(Errc::refused, "source.folder_not_allowed");
}

Status change_source_secret(Node& node, const space::Principal& by, const space::ChangeSourceSecret& command, const SecretText& secret) {
  if (secret.reveal("see whether it is there").empty()) return fail(Errc::invalid, "source.bad_place", "password");
  TRY(change_secret_with(node, secret, [&](const std::string& mark) -> Result<space::SourceId> {
    space::ChangeSourceSecret marked = command;
    marked.secret = mark;
    TRY(node.space().execute(by, marked));
    return command.source;
  }));
  return {};
}

}  // namespace sluice::node
