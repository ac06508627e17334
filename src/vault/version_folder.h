// The folder of a version while it is made: a temporary folder that becomes the version in one rename, or nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "vault/sealed_file.h"

namespace sluice::vault {

class VersionFolder {
 public:
  // "vault.exists", "vault.bad_request" for a name that is no path component, "file.unwritable".
  static Result<std::unique_ptr<VersionFolder>> create(OwnedFd parent, std::string name);
  ~VersionFolder();  // removes the temporary folder unless published

  // A new file; gives its number for append(). Files may be appended to from several threads, each file by one at a time.
  Result<size_t> add_file(const std::string& name);
  Status append(size_t file, ByteView bytes);
  // fsyncs every file and the folder, renames it into place without replacing anything, fsyncs the parent.
  Status publish();

 private:
  VersionFolder(OwnedFd parent, OwnedFd folder, std::string name, std::string temp)
      : parent_(std::move(parent)), folder_(std::move(folder)), name_(std::move(name)), temp_(std::move(temp)) {}
  bool sync_files() const;
  OwnedFd parent_, folder_;
  std::string name_, temp_;
  std::vector<OwnedFd> files_;
  bool published_ = false;
};

// Removes "NAME" below `parent` with the files in it; folders of ours are flat.
void remove_folder(int parent, const std::string& name);
bool is_unfinished_name(std::string_view name);

}  // namespace sluice::vault
