// What `deident risk` and `deident anonymize` read from their words alike: lists of columns, numbers, share types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/record.h"
#include "edge/cli/command.h"
#include "edge/cli/usage.h"
#include "rules/packs.h"

namespace sluice::cli {

// "a,b,c" and repeated options, in order; empty pieces are left out.
std::vector<std::string> column_list(const std::vector<std::string>& given);

// "name=text" at the first `=`. "cli.bad_arguments" (detail: the option) without one.
Result<std::pair<std::string, std::string>> named_value(std::string_view option, const std::string& given);

// "--l 3" means every --sensitive column, "--l illness=3" one column.
Result<std::vector<std::pair<std::string, std::string>>> for_columns(const Args& args, std::string_view option);

// A word of an enumeration; "cli.bad_arguments" with all of them for another.
template <class E>
Result<E> choice_of(const Args& args, std::string_view option, E otherwise) {
  auto given = args.value(option);
  if (!given) return otherwise;
  auto known = enum_of<E>(*given);
  if (!known) {
    std::string names;
    for (std::string_view name : enum_names(E{})) names += (names.empty() ? "" : ", ") + std::string(name);
    return is_one_of(option, names);
  }
  return *known;
}

// A number in [lowest, highest]; a share may be written "5%". "cli.bad_arguments" (detail: the option).
// A whole number; half a row is refused, not rounded.
Result<uint64_t> count_in(std::string_view option, std::string_view given, uint64_t lowest, uint64_t highest);
Result<double> number_in(std::string_view option, std::string_view given, double lowest, double highest);

// One of , ; tab | as the option --delimiter names it ("tab" or "\t"); '\0' when absent: it is found in the header.
Result<char> delimiter_of(const Args& args);

// The threshold of --share-type among the rules' profiles; "cli.bad_arguments" for a type that they do not know.
Result<rules::RiskThreshold> profile_of(std::string_view share_type);

}  // namespace sluice::cli
