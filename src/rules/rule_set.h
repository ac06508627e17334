// All rule packs of one moment, loaded, checked against each other, and named by digest.
//
// The packs of the release are inside the executable; a folder given by the user (`--rules DIR`) replaces packs of the same
// name, file by file (PACK.yaml, PACK.yml or PACK.json; other files are ignored). A RuleSet is immutable and may be shared
// between threads. What used it records `digest`, so that a verdict names the rules it was made by.
//
// Errors: those of parse_yaml and of the record codec with "PACK: " before the detail; "rules.wrong_pack" (file and `pack`
// differ), "rules.bad_date", "rules.unknown_reference" (a type, class or subject that no pack defines; detail: pack and id),
// "rules.duplicate" (an id twice), "rules.bad_level", "rules.bad_pattern", "rules.unknown_check", "rules.incomplete".
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "rules/grading_pack.h"
#include "rules/law_pack.h"
#include "rules/packs.h"
#include "rules/resemblance_pack.h"

namespace sluice::rules {

struct PackInfo {
  std::string pack, version, effective_from;
  Digest digest;  // SM3 of the canonical JSON of the pack: comments and layout do not count
};

class RuleSet {
 public:
  // The packs inside the executable. They are checked by the tests; loading them cannot fail at run time.
  static const RuleSet& built_in();
  // The built-in packs with those of `dir` in place of their namesakes.
  static Result<std::shared_ptr<const RuleSet>> load(const std::string& dir);
  // From pack texts by pack name, over the built-in ones: for change previews and tests.
  static Result<std::shared_ptr<const RuleSet>> from_texts(const std::map<std::string, std::string>& texts);

  Taxonomy taxonomy;
  TypesPack types;
  DictionaryPack dictionary;
  DetectorsPack detectors;
  Worksheet worksheet;
  ProtectionPack protection;
  MaskingPack masking;
  PolicyPack policy;
  OperationsPack operations;
  LawPack law;
  PinyinPack pinyin;
  WeightsPack weights;
  GradingPack grading;
  ResemblancePack resemblance;
  NetworkPack network;  // a continuation of `resemblance`; without types where there is none

  std::vector<PackInfo> packs;  // in a fixed order
  Digest digest{};              // SM3 over the packs' digests in that order

  const TypeRule* type(std::string_view id) const;  // null when no such type

 private:
  std::map<std::string, size_t, std::less<>> type_index_;
  friend struct RuleSetLoader;
};

// Controls that a measure of the protection pack may name; the checks are in space/catalog/protection.
bool is_known_control(std::string_view name);
// Names that a detector may use as `check`; the functions are in classify/detectors.
bool is_known_check(std::string_view name);

}  // namespace sluice::rules
