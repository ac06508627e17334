#include "edge/cli/masking_strategy.h"

#include "base/file.h"
#include "classify/sample.h"
#include "crypto/keyfile.h"
#include "deident/strategy_parts.h"
#include "deident/strategy_use.h"

namespace sluice::cli {

Result<std::vector<classify::Verdict>> classified_columns(const std::string& data_path) {
  auto fields = TRY(classify::sample_file(data_path));
  for (classify::FieldInput& field : fields) field.type.clear();
  return classify::Classifier::built_in().classify(fields);
}

Result<deident::Strategy> named_strategy(const Args& args) { return deident::read_strategy_file(*args.value("--recipe")); }

Result<deident::Strategy> strategy_for_file(const Args& args, const std::string& data_path) {
  deident::Strategy strategy = TRY(named_strategy(args));
  if (!deident::has_classes(strategy)) return strategy;
  return deident::resolve(strategy, deident::classes_of(TRY(classified_columns(data_path))));
}

Result<std::vector<Sm2PublicKey>> trusted_reviewers(const Args& args) {
  std::vector<Sm2PublicKey> out;
  for (const auto& path : args.values("--reviewer")) out.push_back(TRY(read_public_key_file(TRY(read_text_file(path, 64u << 10)))).key);
  return out;
}

Result<std::optional<std::string>> reviewer_of(const Args& args, const deident::Strategy& strategy) {
  deident::ReviewEvidence evidence;
  if (auto path = args.value("--signature")) evidence.signature = TRY(parse_json(TRY(read_text_file(*path, 64u << 10))));
  evidence.reviewers = TRY(trusted_reviewers(args));
  Bytes document = TRY(read_file(*args.value("--recipe"), 4u << 20));
  return deident::check_review(strategy, document, evidence);
}

}  // namespace sluice::cli
