// Reads the shared known-answer files; everything is empty or null when they are absent, and the test skips.
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "codec/json.h"

namespace sluice::vectors {

inline std::string folder() { return std::string(SLUICE_ROOT) + "/../shared/data/vectors/"; }

inline Json wycheproof(const std::string& name) {
  auto text = read_text_file(folder() + name, 16u << 20);
  if (!text) return {};
  auto json = parse_json(*text);
  return json ? *json : Json();
}

// OpenSSL's evptests format: blocks of `Key = value` lines apart by blank lines.
inline std::vector<std::map<std::string, std::string>> evp_blocks(const std::string& name) {
  std::ifstream in(folder() + name);
  std::vector<std::map<std::string, std::string>> out;
  std::map<std::string, std::string> block;
  std::string line;
  while (std::getline(in, line)) {
    size_t at = line.find(" = ");
    if (line.empty() && !block.empty()) out.push_back(std::exchange(block, {}));
    if (!line.empty() && line[0] != '#' && at != std::string::npos) block[line.substr(0, at)] = line.substr(at + 3);
  }
  if (!block.empty()) out.push_back(block);
  return out;
}

inline Bytes evp_bytes(const std::string& value) {
  if (value.size() >= 2 && value.front() == '"') return to_bytes(std::string_view(value).substr(1, value.size() - 2));
  auto bytes = from_hex(value);
  return bytes ? *bytes : Bytes();
}

}  // namespace sluice::vectors
