#include "edge/cli/anonymity_input.h"
#include "edge/cli/usage.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "rules/rule_set.h"

namespace sluice::cli {

std::vector<std::string> column_list(const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (std::string_view rest : given)
    while (!rest.empty()) {
      size_t comma = std::min(rest.find(','), rest.size());
      if (comma > 0) out.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  return out;
}

Result<std::pair<std::string, std::string>> named_value(std::string_view option, const std::string& given) {
  size_t equals = given.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == given.size())
    return wants(option, "NAME=VALUE");
  return std::pair(given.substr(0, equals), given.substr(equals + 1));
}

Result<std::vector<std::pair<std::string, std::string>>> for_columns(const Args& args, std::string_view option) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& given : args.values(option)) {
    if (given.find('=') != std::string::npos) {
      out.push_back(TRY(named_value(option, given)));
      continue;
    }
    auto sensitive = column_list(args.values("--sensitive"));
    if (sensitive.empty()) return wants(option, "COLUMN=VALUE | --sensitive COLUMN");
    for (const auto& name : sensitive) out.emplace_back(name, given);
  }
  return out;
}

Result<double> number_in(std::string_view option, std::string_view given, double lowest, double highest) {
  std::string text(given);
  bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  char* end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  if (percent) value /= 100;
  if (text.empty() || *end != '\0' || !std::isfinite(value) || value < lowest || value > highest)
    return bad_words(std::string(option) + " 不是范围内的数字", std::string(option) + " is not a number in its range");
  return value;
}

Result<uint64_t> count_in(std::string_view option, std::string_view given, uint64_t lowest, uint64_t highest) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc() || end != given.data() + given.size() || value < lowest || value > highest)
    return bad_words(std::string(option) + " 不是范围内的整数", std::string(option) + " is not a whole number in its range");
  return value;
}

Result<char> delimiter_of(const Args& args) {
  std::string given = args.value_or("--delimiter", "");
  if (given.empty()) return '\0';
  if (given == "tab" || given == "\\t") return '\t';
  if (given == "," || given == ";" || given == "|" || given == "\t") return given[0];
  return is_one_of("--delimiter", ", ; | tab");
}

Result<rules::RiskThreshold> profile_of(std::string_view share_type) {
  for (const auto& t : rules::RuleSet::built_in().masking.thresholds)
    if (t.share_type == share_type) return t;
  return is_one_of("--share-type", "full controlled enclave");
}

}  // namespace sluice::cli
