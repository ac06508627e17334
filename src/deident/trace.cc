#include "deident/trace.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <unordered_set>

#include "deident/file_rows.h"
#include "deident/mark_symbols.h"
#include "deident/techniques/bind.h"
#include "deident/trace_code.h"

namespace sluice::deident {

namespace {

constexpr double kAccusationBound = 1e-6;
constexpr size_t kTraceRowsAtOnce = 4096;
constexpr uint64_t kLookedAtRows = 2000;  // to see which columns could be row key or carrier
constexpr size_t kKeyCandidatesMax = 8, kCarrierCandidatesMax = 8;
// Of 10 cells, so many other values: rows of one key would agree with each other whatever they show.
constexpr size_t kKeyValuesOfTen = 9;
constexpr double kAgreementMin = 6;  // standard deviations of what chance gives

// Votes of one carrier, or of all together.
struct Reading {
  std::vector<double> ones = std::vector<double>(kTraceCodeLength), zeros = std::vector<double>(kTraceCodeLength);
  void add(const Reading& other) {
    for (size_t i = 0; i < ones.size(); i++) {
      ones[i] += other.ones[i];
      zeros[i] += other.zeros[i];
    }
  }
  double votes() const {
    double out = 0;
    for (size_t i = 0; i < ones.size(); i++) out += ones[i] + zeros[i];
    return out;
  }
  std::vector<double> weights() const {
    std::vector<double> out(kTraceCodeLength);
    for (size_t i = 0; i < out.size(); i++)
      if (double n = ones[i] + zeros[i]; n > 0) out[i] = (ones[i] - zeros[i]) / n;
    return out;
  }
  // How much more the votes at one position agree than fair coins would: Σ (d² − n) in its standard deviations, d the difference of n votes.
  double agreement() const {
    double sum = 0, variance = 0;
    for (size_t i = 0; i < ones.size(); i++) {
      const double n = ones[i] + zeros[i], d = ones[i] - zeros[i];
      sum += d * d - n;
      variance += 2 * n * (n - 1);
    }
    return variance > 0 ? sum / std::sqrt(variance) : 0;
  }
};

// What shows symbols: a carrier of the plan under the plan's row key, or tokens, each a row key for itself.
struct Reader {
  std::string column;  // its name in the plan
  HmacSm3Key place_key;
  std::optional<MarkCarrier> carrier;
  std::optional<TokenForm> token;
  int symbol_of(std::string_view cell) const { return token ? token_symbol(*token, cell) : mark_symbol_of(*carrier, cell); }
};

// A column that may be a carrier under the row keys of another; tokens are their own.
struct Pairing {
  size_t key_at, reader, cell_at;  // places in the header; the reader
  Reading reading{};
  std::unordered_set<uint64_t> seen{};  // tokens: each says its symbol once, in however many rows it stands
};

// What the first rows show of a column.
struct ColumnLook {
  std::unordered_set<std::string> values;
  std::vector<uint64_t> symbols;  // cells that can show one, for each reader
  uint64_t cells = 0;             // not empty
};

class Suspect {
 public:
  Suspect(const Strategy& strategy, const SecretBytes& key, std::string path, std::vector<std::string> header)
      : plan_(*strategy.marks), path_(std::move(path)), header_(std::move(header)) {
    if (plan_.row_key)
      for (const MarkCarrier& carrier : plan_.carriers) readers_.push_back({carrier.column, mark_place_key(strategy, key, carrier.column), carrier, {}});
    for (const TokenForm& form : token_forms(strategy)) readers_.push_back({form.column, token_place_key(strategy, key, form), {}, form});
    row_key_ = row_key_form(strategy);
  }

  // The columns that will be read as row keys and carriers.
  Status choose(const std::string& key_column) {
    std::vector<size_t> keys;
    if (!key_column.empty()) {
      auto at = place_of_name(header_, key_column);
      if (!at) return fail(Errc::invalid, "deident.missing_column", key_column.substr(0, 80));
      keys.push_back(*at);
    } else if (auto at = plan_.row_key ? place_of_name(header_, *plan_.row_key) : std::nullopt) {
      keys.push_back(*at);
    }
    std::vector<std::optional<size_t>> named;
    for (const Reader& reader : readers_) named.push_back(place_of_name(header_, reader.column));
    const bool wants_key = std::any_of(readers_.begin(), readers_.end(), [](const Reader& r) { return r.carrier.has_value(); });
    if ((wants_key && keys.empty()) || std::any_of(named.begin(), named.end(), [](const auto& at) { return !at; })) TRY(look());
    auto is_named = [&](size_t c) { return std::find(named.begin(), named.end(), c) != named.end(); };
    key_by_name_ = !keys.empty();
    if (wants_key && keys.empty())
      keys = most(kKeyCandidatesMax, [&](size_t c) { return is_named(c) || looks_[c].values.size() * 10 < looks_[c].cells * kKeyValuesOfTen ? 0 : looks_[c].values.size(); });
    for (size_t i = 0; i < named.size(); i++) {
      std::vector<size_t> columns;
      if (named[i]) columns.push_back(*named[i]);
      else columns = most(kCarrierCandidatesMax, [&](size_t c) { return is_named(c) || looks_[c].symbols[i] * 2 < looks_[c].cells ? 0 : looks_[c].symbols[i]; });
      for (size_t k : readers_[i].token ? std::vector<size_t>{} : keys)
        for (size_t c : columns)
          if (c != k) pairings_.push_back({k, i, c});
      if (readers_[i].token)
        for (size_t c : columns) pairings_.push_back({c, i, c});
    }
    return pairings_.empty() ? Status(fail(Errc::invalid, "mark.no_carrier")) : Status();
  }

  Result<uint64_t> read() {
    std::vector<size_t> wanted;  // places in the header, each once
    auto cell_of = [&](size_t at) {
      auto found = std::find(wanted.begin(), wanted.end(), at);
      if (found == wanted.end()) found = wanted.insert(wanted.end(), at);
      return static_cast<size_t>(found - wanted.begin());
    };
    for (const Pairing& p : pairings_) cells_.push_back({cell_of(p.key_at), cell_of(p.cell_at)});
    std::vector<std::string> names;
    for (size_t at : wanted) names.push_back(header_[at]);
    std::vector<std::vector<std::string>> batch(wanted.size());
    const uint64_t rows = TRY(read_rows(path_, names, [&](std::span<const std::string_view> cells) {
      for (size_t c = 0; c < cells.size(); c++) batch[c].emplace_back(cells[c]);
      if (batch[0].size() == kTraceRowsAtOnce) take(batch);
      return true;
    }));
    take(batch);
    return rows;
  }

  // The row key whose carriers agree best, with its carriers that are there by name, or agree; and the tokens.
  Result<std::vector<Pairing>> found() const {
    std::vector<Pairing> best;
    double best_agreement = -1;
    for (const Pairing& candidate : pairings_) {
      if (readers_[candidate.reader].token) continue;
      double sum = 0;
      std::vector<Pairing> chosen = best_of([&](const Pairing& p) { return !readers_[p.reader].token && p.key_at == candidate.key_at; }, key_by_name_, sum);
      if (chosen.empty() || sum <= best_agreement) continue;
      best = std::move(chosen);
      best_agreement = sum;
    }
    double sum = 0;
    for (Pairing& p : best_of([&](const Pairing& p) { return readers_[p.reader].token.has_value(); }, true, sum)) best.push_back(std::move(p));
    if (best.empty()) return fail(Errc::invalid, "mark.no_carrier");
    return best;
  }
  const Reader& reader(const Pairing& p) const { return readers_[p.reader]; }
  const std::string& name(size_t at) const { return header_[at]; }

 private:
  Status look() {
    looks_.resize(header_.size());
    for (ColumnLook& l : looks_) l.symbols.resize(readers_.size());
    uint64_t seen = 0;
    TRY(read_rows(path_, header_, [&](std::span<const std::string_view> cells) {
      for (size_t c = 0; c < cells.size(); c++) {
        if (cells[c].empty()) continue;
        looks_[c].cells++;
        looks_[c].values.emplace(cells[c]);
        for (size_t i = 0; i < readers_.size(); i++) looks_[c].symbols[i] += readers_[i].symbol_of(cells[c]) >= 0;
      }
      return ++seen < kLookedAtRows;
    }));
    return {};
  }

  template <class Rank>
  std::vector<size_t> most(size_t count, const Rank& rank) const {
    std::vector<size_t> out;
    for (size_t c = 0; c < header_.size(); c++)
      if (rank(c) > 0) out.push_back(c);
    std::stable_sort(out.begin(), out.end(), [&](size_t a, size_t b) { return rank(a) > rank(b); });
    if (out.size() > count) out.resize(count);
    return out;
  }

  void take(std::vector<std::vector<std::string>>& batch) {
    for (size_t p = 0; p < pairings_.size(); p++) {
      Pairing& pairing = pairings_[p];
      const Reader& reader = readers_[pairing.reader];
      const bool same_macs = p > 0 && pairings_[p - 1].key_at == pairing.key_at && pairings_[p - 1].reader == pairing.reader;
      const std::vector<std::string>& row_keys = batch[cells_[p].first];
      if (!same_macs) {
        std::vector<std::string_view> chosen_by;
        for (const std::string& cell : row_keys) chosen_by.push_back(reader.token ? token_stem(*reader.token, cell).value_or(std::string_view()) : row_key_of(row_key_, cell));
        macs_ = mark_macs_of(reader.place_key, chosen_by);
      }
      const std::vector<std::string>& cells = batch[cells_[p].second];
      for (size_t r = 0; r < row_keys.size(); r++) {
        const MarkPlace place = mark_place_of(macs_[r], reader.token ? 1 : plan_.one_in.value_or(1));
        const int shown = place.chosen && !row_keys[r].empty() ? reader.symbol_of(cells[r]) : -1;
        if (shown < 0 || (reader.token && !pairing.seen.insert(first_of(macs_[r])).second)) continue;
        (shown ^ place.sense ? pairing.reading.ones : pairing.reading.zeros)[place.position]++;
      }
    }
    for (auto& column : batch) column.clear();
  }

  static uint64_t first_of(const Digest& mac) {
    uint64_t out = 0;
    std::memcpy(&out, mac.data(), sizeof out);
    return out;
  }

  // Of the pairings that are meant, for each reader the one whose symbols agree best.
  template <class Meant>
  std::vector<Pairing> best_of(const Meant& meant, bool names_are_sure, double& sum) const {
    std::vector<Pairing> out;
    for (size_t i = 0; i < readers_.size(); i++) {
      const Pairing* best = nullptr;
      double best_agreement = 0;
      for (const Pairing& p : pairings_) {
        if (p.reader != i || !meant(p)) continue;
        const bool sure = names_are_sure && header_[p.cell_at] == readers_[i].column;
        const double agreement = p.reading.agreement();
        if ((!sure && agreement < kAgreementMin) || (best && agreement <= best_agreement)) continue;
        best = &p;
        best_agreement = agreement;
      }
      if (!best) continue;
      out.push_back({best->key_at, best->reader, best->cell_at, best->reading, {}});
      sum += std::max(0.0, best_agreement);
    }
    return out;
  }

  const MarkPlan& plan_;
  std::string path_;
  std::vector<std::string> header_;
  std::vector<Reader> readers_;
  std::optional<TokenForm> row_key_;
  std::vector<ColumnLook> looks_;
  std::vector<Pairing> pairings_;
  std::vector<std::pair<size_t, size_t>> cells_;  // of each pairing: row key and cell in a batch
  std::vector<Digest> macs_;
  bool key_by_name_ = false;
};

std::string short_number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", v);
  return text;
}

void accuse(TraceReport& report, const TraceCode& code, const std::vector<std::string>& recipients, const std::vector<Reading>& readings, size_t traces) {
  std::vector<std::vector<double>> weights;
  for (const Reading& reading : readings) weights.push_back(reading.weights());
  const double trials = static_cast<double>(recipients.size() * weights.size() * traces);
  std::vector<std::pair<double, Accusation>> judged;
  for (const std::string& recipient : recipients) {
    TraceCode::Score best;
    for (const auto& w : weights) {
      TraceCode::Score score = code.score(recipient, w);
      if (score.false_accusation < best.false_accusation || best.deviations == 0) best = score;
    }
    double bound = std::min(1.0, best.false_accusation * trials);
    judged.push_back({bound, {recipient, bound < kAccusationBound, static_cast<int64_t>(best.deviations * 1000), short_number(bound)}});
  }
  std::stable_sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [bound, accusation] : judged) report.recipients.push_back(std::move(accusation));
  report.bound = short_number(kAccusationBound);
}

}  // namespace

Result<TraceReport> trace_file(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& recipients, const std::string& suspect_path,
                               const TraceOptions& options) {
  TRY(check(strategy));
  TRY(check_readable_marks(strategy));
  Suspect suspect(strategy, key, suspect_path, TRY(columns_of_file(suspect_path)));
  TRY(suspect.choose(options.key_column));
  TraceReport report;
  report.rows = TRY(suspect.read());
  std::vector<Reading> readings;
  Reading all;
  for (const Pairing& p : TRY(suspect.found())) {
    const Reader& reader = suspect.reader(p);
    report.carriers.push_back(reader.column);
    if (suspect.name(p.cell_at) != reader.column) report.renamed[reader.column] = suspect.name(p.cell_at);
    if (reader.carrier && suspect.name(p.key_at) != *strategy.marks->row_key) report.renamed[*strategy.marks->row_key] = suspect.name(p.key_at);
    readings.push_back(p.reading);
    all.add(p.reading);
  }
  report.symbols = static_cast<uint64_t>(all.votes());
  if (readings.size() > 1) readings.push_back(std::move(all));
  accuse(report, TraceCode(derive_key(key, strategy, "trace", "")), recipients, readings, options.traces);
  return report;
}

}  // namespace sluice::deident
