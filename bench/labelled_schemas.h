// The labelled schemas: three public ones (../shared/data, labels in tests/labels), our own (tests/labels/own) and those written to
// teach words (tests/labels/wide), which are learned from and never judged by.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "classify/classify.h"
#include "classify/schema.h"
#include "codec/csv.h"

namespace sluice::bench {

using classify::FieldInput;

struct Label {
  std::string type, category, comment;
  int level = 0;
};
struct Schema {
  std::string name;
  std::vector<FieldInput> fields;
  std::map<std::pair<std::string, std::string>, Label> labels;
  bool wide = false;  // of tests/labels/wide
};
inline Result<std::map<std::pair<std::string, std::string>, Label>> read_labels(const std::string& path, const char* type_column) {
  std::string text = TRY(read_text_file(path, 16u << 20));
  auto source = bytes_of_memory(text);
  CsvReader reader = TRY(CsvReader::open(*source, CsvDialect{}));
  std::map<std::string, size_t> at;
  for (size_t i = 0; i < reader.header().size(); i++) at.emplace(reader.header()[i], i);
  std::map<std::pair<std::string, std::string>, Label> out;
  while (const CsvBlock* block = TRY(reader.next()))
    for (size_t r = 0; r < block->rows; r++) {
      auto cell = [&](const char* name) { return std::string(block->cell(r, at.at(name))); };
      std::string comment = at.contains("comment") ? cell("comment") : std::string();
      out[{cell("table"), cell("column")}] = {cell(type_column), cell("category"), std::move(comment), std::atoi(cell("level").c_str())};
    }
  return out;
}

// A folder of field lists with the columns label, category and level beside each field.
inline Result<std::vector<Schema>> read_own(const std::string& folder) {
  std::vector<Schema> out;
  std::set<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.insert(entry.path().string());
  for (const auto& path : paths) {
    auto text = TRY(read_text_file(path, 16u << 20));
    out.push_back({std::filesystem::path(path).stem().string(), TRY(classify::read_field_list(text)), TRY(read_labels(path, "label")), false});
  }
  return out;
}

inline Result<std::vector<Schema>> read_schemas(const std::string& root) {
  std::vector<Schema> out;
  for (const char* name : {"hms", "medimodel", "hsa_his"}) {
    auto text = read_text_file(root + "/../shared/data/fields/fields_" + name + ".csv", 16u << 20);
    if (!text) {
      std::fprintf(stderr, "skipped %s: its fields are not here (../shared/data)\n", name);
      continue;
    }
    out.push_back({name, TRY(classify::read_field_list(*text)), TRY(read_labels(root + "/tests/labels/" + name + ".csv", "type")), false});
  }
  for (auto& own : TRY(read_own(root + "/tests/labels/own"))) out.push_back(std::move(own));
  if (std::string wide = root + "/tests/labels/wide"; std::filesystem::is_directory(wide))
    for (auto& schema : TRY(read_own(wide))) schema.wide = true, out.push_back(std::move(schema));
  return out;
}

}  // namespace sluice::bench
