#include "deident/carrier.h"

#include <algorithm>
#include <array>
#include <string>

#include "classify/classify.h"
#include "classify/tokens.h"
#include "deident/column_types.h"

namespace sluice::deident {

namespace {

// What the rules know of a name.
struct KnownColumn {
  std::string type;
  bool national = false;  // by the national catalogue's own name
  std::vector<std::string> tokens;
};

KnownColumn known_column(const std::string& name, const KnownTypes& types) {
  static const classify::Classifier classifier = classify::Classifier::built_in();
  classify::FieldInput field;
  field.column = name;
  auto verdict = classifier.classify(std::span(&field, 1)).front();
  bool national = std::any_of(verdict.reasons.begin(), verdict.reasons.end(), [](const classify::Evidence& e) { return e.id == "name.national"; });
  auto told = types.find(name);
  // A doubtful guess is no knowledge, but that it may be money is reason enough to leave it alone.
  const bool known = !verdict.review || among(verdict.type, kMoneyTypes);
  return {told != types.end() ? told->second : known ? verdict.type : std::string(), national, classify::tokens_of(name)};
}

// What is written in words, so that two ways of writing one thing can stand for each other.
constexpr std::array<std::string_view, 12> kWordTypes = {"", "unknown", "department", "institution_name", "institution_info", "employer", "occupation", "address", "remark", "text", "name", "record_text"};

// Words, not codes or numbers: a character beyond ASCII, or three letters at least.
bool is_word(std::string_view value) {
  size_t letters = 0, digits = 0;
  for (char c : value) {
    if (static_cast<unsigned char>(c) >= 0x80) return true;
    letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    digits += c >= '0' && c <= '9';
  }
  return letters >= 3 && digits == 0;
}

bool is_price(const KnownColumn& known) {
  constexpr std::array<std::string_view, 3> tokens = {"pric", "price", "价"};
  return among(known.type, kPriceTypes) || std::any_of(known.tokens.begin(), known.tokens.end(), [&](const std::string& t) { return among(t, tokens); });
}

bool masked_by_noise(const Strategy& strategy, const std::string& column) {
  return std::any_of(strategy.rules.begin(), strategy.rules.end(), [&](const FieldRule& r) { return r.column == column && r.technique == Technique::noise; });
}

// What the strategy says of a column that it wants to mark: nothing, that no bills are made of it or that it is measured, or `noise` on it.
enum class Said { nothing, harmless, noise };
Said said_of(const Strategy& strategy, const MarkCarrier& carrier) {
  if (masked_by_noise(strategy, carrier.column)) return Said::noise;
  return carrier.billing == false || carrier.measured == true ? Said::harmless : Said::nothing;
}

// Why a column that is so known may not bear this kind; empty where it may. A price under noise is no longer the one that was billed; of an amount or
// a balance bills could still be thought to speak. Anything else that is said lifts what nobody knows, never what is known.
std::string_view refusal_of(const KnownColumn& known, CarrierKind kind, Said said) {
  if (holds_codes(known.type, known.tokens)) return "mark.code_column";
  const bool money = among(known.type, kMoneyTypes);
  if (kind == CarrierKind::equivalent) return money ? "mark.billing_column" : known.national || !among(known.type, kWordTypes) ? "mark.code_column" : "";
  if (kind != CarrierKind::low_digit || among(known.type, kMeasuredTypes) || (said == Said::noise && is_price(known))) return "";
  return money || known.national || said == Said::nothing ? "mark.billing_column" : "";
}

}  // namespace

Status check_carrier_column(const Strategy& strategy, const MarkCarrier& carrier, const KnownTypes& types) {
  std::string_view reason = refusal_of(known_column(carrier.column, types), carrier.kind, said_of(strategy, carrier));
  if (reason.empty() && carrier.kind == CarrierKind::equivalent && !std::all_of(carrier.pair.begin(), carrier.pair.end(), is_word)) reason = "mark.code_column";
  return reason.empty() ? Status() : fail(Errc::refused, reason, carrier.column.substr(0, 60));
}

std::vector<CarrierRefusal> carrier_refusals(const std::string& column, const KnownTypes& types) {
  const KnownColumn known = known_column(column, types);
  std::vector<CarrierRefusal> out;
  for (CarrierKind kind : {CarrierKind::low_digit, CarrierKind::day, CarrierKind::equivalent}) {
    std::string_view reason = refusal_of(known, kind, Said::nothing);
    if (!reason.empty()) out.push_back({kind, std::string(reason), refusal_of(known, kind, Said::harmless).empty(), refusal_of(known, kind, Said::noise).empty()});
  }
  return out;
}

CodeTally::CodeTally(const MarkCarrier& carrier, const KnownTypes& types)
    : watched_(carrier.kind == CarrierKind::low_digit), measured_(watched_ && (carrier.measured == true || among(known_column(carrier.column, types).type, kMeasuredTypes))) {}

void CodeTally::add(std::string_view cell) {
  if (!watched_) return;
  size_t point = cell.find('.');
  if (point == std::string_view::npos) return;
  std::string_view whole = cell.substr(0, point);
  if (whole.starts_with('-')) whole.remove_prefix(1);
  if (whole.empty()) return;
  if (whole[0] >= 'A' && whole[0] <= 'Z') {
    lettered_++;
    return;
  }
  decimals_++;
  leading_zeros_ += whole.size() > 1 && whole[0] == '0';
  by_length_[std::min(whole.size(), by_length_.size()) - 1]++;
}

bool CodeTally::says_codes() const {
  constexpr uint64_t enough = 20;
  const uint64_t decimals = decimals_.load();
  if (decimals + lettered_ < enough) return false;
  if (leading_zeros_ > 0 || lettered_ * 20 > decimals) return true;
  bool one_shape = false;
  for (size_t length = 1; length + 1 < by_length_.size(); length++) one_shape = one_shape || by_length_[length].load() == decimals;
  return one_shape && !measured_;
}

}  // namespace sluice::deident
