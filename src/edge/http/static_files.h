// The console's files, held in memory: a path is looked up in a table and never reaches the file system.
//
// Each answer has an ETag and the security headers of a page (Content-Security-Policy without inline scripts, except
// scripts of our own offline page, by digest; nosniff; no framing; no referrer). Files under /assets/ carry a digest in
// their name and are cached for good; others are asked for again each time. A path without a file and without an
// extension gets the console's index page, which routes by itself. FILE.gz beside FILE is served where accepted.
// Loaded once; safe from any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "edge/http/server.h"

namespace sluice::http {

class StaticFiles {
 public:
  // "http.console_missing" when the folder has no index.html; "http.console_too_large" above 64 MiB.
  static Result<StaticFiles> load(const std::string& folder);
  // From memory: names like "index.html", "assets/app.js".
  static StaticFiles of(const std::map<std::string, std::string>& files);

  Response answer(const Request& request) const;

 private:
  struct File {
    std::string content, gzip, type, etag, policy;
    bool immutable = false;
  };
  void add(const std::string& name, std::string content);
  std::map<std::string, File> files_;  // by path, "/assets/app.js"
};

}  // namespace sluice::http
