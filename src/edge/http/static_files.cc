#include "edge/http/static_files.h"

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "crypto/hash.h"
#include "edge/http/conditional.h"
#include "edge/http/problem.h"

namespace sluice::http {
namespace {

constexpr size_t kConsoleBytesMax = 64u << 20;

std::string_view type_of(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},    {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},      {".json", "application/json"},
      {".svg", "image/svg+xml"},                {".png", "image/png"},
      {".ico", "image/x-icon"},                 {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},            {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"}, {".yaml", "application/yaml"},
  };
  for (const auto& [ending, type] : types)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

// The script sources of one page: 'self', and each inline script of the page by its digest. A page is our own file, so
// a plain search for <script> without src is enough.
std::string script_sources(std::string_view html) {
  std::string out = "'self'";
  for (size_t at = 0; (at = html.find("<script", at)) != std::string_view::npos;) {
    size_t open_end = html.find('>', at);
    size_t close = html.find("</script>", at);
    if (open_end == std::string_view::npos || close == std::string_view::npos || open_end > close) break;
    std::string_view tag = html.substr(at, open_end - at);
    if (tag.find("src=") == std::string_view::npos)
      out += " 'sha256-" + base64(sha256(view(html.substr(open_end + 1, close - open_end - 1)))) + "'";
    at = close;
  }
  return out;
}

// Styles may be inline: the component library writes them at run time.
std::string policy_of(std::string_view html) {
  return "default-src 'self'; script-src " + script_sources(html) +
         "; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
         "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

bool accepts_gzip(const Request& request) {
  const std::string* accepted = request.header("accept-encoding");
  return accepted && accepted->find("gzip") != std::string::npos && accepted->find("gzip;q=0") == std::string::npos;
}

}  // namespace

void StaticFiles::add(const std::string& name, std::string content) {
  if (name.ends_with(".gz")) {
    files_["/" + name.substr(0, name.size() - 3)].gzip = std::move(content);
    return;
  }
  File& file = files_["/" + name];
  file.type = type_of(name);
  file.etag = etag_of(content);
  file.immutable = name.starts_with("assets/");
  if (name.ends_with(".html")) file.policy = policy_of(content);
  file.content = std::move(content);
}

StaticFiles StaticFiles::of(const std::map<std::string, std::string>& files) {
  StaticFiles out;
  for (const auto& [name, content] : files) out.add(name, content);
  // A .gz without its plain file is nothing that could be served to everyone.
  std::erase_if(out.files_, [](const auto& item) { return item.second.etag.empty(); });
  return out;
}

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> files;
  size_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file() || it->is_symlink()) continue;
    std::string content = TRY(read_text_file(it->path().string(), kConsoleBytesMax));
    bytes += content.size();
    if (bytes > kConsoleBytesMax) return fail(Errc::exhausted, "http.console_too_large");
    files[it->path().lexically_relative(folder).generic_string()] = std::move(content);
  }
  if (!files.contains("index.html")) return fail(Errc::not_found, "http.console_missing");
  return of(files);
}

Response StaticFiles::answer(const Request& request) const {
  auto found = files_.find(request.path);
  bool has_extension = request.path.find('.', request.path.rfind('/')) != std::string::npos;
  if (found == files_.end() && !has_extension) found = files_.find("/index.html");
  if (found == files_.end()) return problem({Errc::not_found, "http.no_such_path"}, request);
  const File& file = found->second;
  Response response;
  auto& headers = response.headers;
  headers.emplace("ETag", file.etag);
  headers.emplace("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  headers.emplace("Vary", "Accept-Encoding");
  headers.emplace("Referrer-Policy", "no-referrer");
  headers.emplace("X-Frame-Options", "DENY");
  headers.emplace("Cross-Origin-Opener-Policy", "same-origin");
  if (!file.policy.empty()) headers.emplace("Content-Security-Policy", file.policy);
  if (has_already(request, file.etag)) {
    response.status = 304;
    return response;
  }
  headers.emplace("Content-Type", file.type);
  bool gzip = !file.gzip.empty() && accepts_gzip(request);
  if (gzip) headers.emplace("Content-Encoding", "gzip");
  response.body = gzip ? file.gzip : file.content;
  return response;
}

}  // namespace sluice::http
