// A masking strategy (脱敏策略, the file that `--recipe` names): for every column a technique. Format: docs/formats/masking-strategy.md.
//
// Validated on reading; an invalid strategy cannot exist. Fails closed: a column that the strategy does not name refuses the
// run unless `unlisted` says otherwise; a named column that the data lack refuses it too; a value that the technique cannot
// handle is blanked and counted, or refuses the run where the field says `on_failure: refuse`. It never passes unmasked.
//
// Parts: a strategy may extend another file and name classes of fields (deident/strategy_parts.h); both are resolved before it is bound.
// `use` and `review` (deident/strategy_use.h), `targets` (deident/targets.h) and `aggregate` (deident/aggregate.h) are honoured around the masking: bind()
// refuses a strategy that still has them, so that nobody forgets (masking_part()).
//
// Errors: those of rules::parse_yaml and of the record codec; "strategy.unsupported_format", "strategy.bad_parameter"
// (detail: column and parameter), "strategy.duplicate_column", "strategy.empty", "strategy.unknown_hierarchy", "strategy.hierarchy_not_csv" (detail: the
// hierarchy; its text is a line without a separator, such as the name of a file), and those of
// ValueHierarchy::parse.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "codec/record.h"
#include "crypto/ff1.h"
#include "deident/aggregate_rule.h"
#include "standard/taxonomy.h"

namespace sluice::deident {

enum class Technique {
  keep,        // as it is
  suppress,    // the column is dropped
  redact,      // a constant (`value`)
  blank,       // empty
  mask,        // keep `first` and `last` characters, the rest becomes `mask_char`
  pseudonym,   // keyed HMAC-SM3, base32; stable per key, `scope` and `domain`; `prefix`, `length`
  date,        // generalise to `unit` year, quarter or month (first day), in the form the value had
  date_shift,  // every date of one person moves by the same keyed number of days, at most `days_max` either way
  band,        // numbers into bands of `width`, coded at `bottom` and `top`: "40-44", "90+"
  region,      // division codes: keep `digits` (2, 4 or 6), the rest becomes 0
  round,       // numbers to the nearest multiple of `to` (half away from zero)
  id_number,   // a GB 11643 number keeps `region` digits and `birth` none|year, sequence 000, check digit made new: still well-formed, nobody's
  format_preserving,  // FF1 over the rank of the value among its `kind`; reversible with the key
  encrypt,            // SM4-SIV, `mode` deterministic or randomised; reversible with the key
  hierarchy,          // the value's ancestor at `height` in a built-in or given `hierarchy`
  clamp,              // numbers beyond `top` or `bottom` become these (top and bottom coding)
  noise,              // numbers move by at most `bound`, uniformly, constant for the row named by `person`
  permute,            // the column's values change places, by key
  microaggregate,     // numbers become the mean of their group of at least `k` neighbours
  rare,               // values that fewer than `k` rows have become `value`
  text,               // identifiers in Chinese free text become stable tokens
  well_formed,        // the shape of its `form` stays, what identifies is zeroed: 13800000000, a card that passes Luhn, an address down to the county
};
constexpr std::array<std::string_view, 22> enum_names(Technique) {
  return {"keep",  "suppress",  "redact",            "blank",   "mask",      "pseudonym", "date",  "date_shift", "band",           "region", "round",
          "id_number", "format_preserving", "encrypt", "hierarchy", "clamp",     "noise", "permute",    "microaggregate", "rare",   "text", "well_formed"};
}

enum class OnFailure { blank, refuse };
constexpr std::array<std::string_view, 2> enum_names(OnFailure) { return {"blank", "refuse"}; }
enum class Unlisted { refuse, suppress, keep };
constexpr std::array<std::string_view, 3> enum_names(Unlisted) { return {"refuse", "suppress", "keep"}; }
enum class DateUnit { year, quarter, month };
constexpr std::array<std::string_view, 3> enum_names(DateUnit) { return {"year", "quarter", "month"}; }
enum class FormatKind { id_number, phone, card, digits, code, date };
constexpr std::array<std::string_view, 6> enum_names(FormatKind) { return {"id_number", "phone", "card", "digits", "code", "date"}; }
enum class EncryptMode { deterministic, randomised };
constexpr std::array<std::string_view, 2> enum_names(EncryptMode) { return {"deterministic", "randomised"}; }
enum class KeepBirth { none, year };
constexpr std::array<std::string_view, 2> enum_names(KeepBirth) { return {"none", "year"}; }

enum class MaskForm { phone, card, social_card, insurance_number, address };
constexpr std::array<std::string_view, 5> enum_names(MaskForm) { return {"phone", "card", "social_card", "insurance_number", "address"}; }
enum class Otherwise { blank, keep };
constexpr std::array<std::string_view, 2> enum_names(Otherwise) { return {"blank", "keep"}; }

// Rows in which the cell of `column` is one of `is`, or none of `is_not` (one of the two lists).
struct Condition {
  std::string column;
  std::vector<std::string> is, is_not;
  static constexpr auto fields = field_list(field("column", &Condition::column), field("is", &Condition::is), field("is_not", &Condition::is_not));
};

struct FieldRule {
  std::string column;
  Technique technique = Technique::blank;
  std::optional<OnFailure> on_failure;
  std::optional<std::string> value;               // redact
  std::optional<int> first, last;                 // mask; format_preserving: first digits of a card that stay, 0 to 6, default 6
  std::optional<std::string> mask_char;           // mask: one ASCII character, default "*"
  std::optional<std::string> domain, prefix;      // pseudonym, encrypt, format_preserving, text: linking domain (default: the column's name); printed prefix
  std::optional<int> length;                      // pseudonym: base32 characters, 13 to 51, default 20 (100 bits)
  std::optional<DateUnit> unit;                   // date
  std::optional<std::string> person;              // date_shift: the column that names the person; noise: that names the row
  std::optional<int> days_max;                    // date_shift: 1 to 3650, default 180
  std::optional<int64_t> width, top, bottom, to;  // band, round (integers in the unit of the column)
  std::optional<int> digits;                      // region
  std::optional<int> region;                      // id_number: 0, 2, 4 or 6
  std::optional<KeepBirth> birth;                 // id_number
  std::optional<FormatKind> kind;                 // format_preserving
  std::optional<BlockCipher> cipher;              // format_preserving: sm4 (default) or aes
  std::optional<EncryptMode> mode;                // encrypt: deterministic (default) or randomised
  std::optional<std::string> hierarchy;           // hierarchy: date, age, division, icd10, drug, amount, or a name in Strategy::hierarchies
  std::optional<int> height;                      // hierarchy: 0 is the value itself
  std::optional<int> lowest;                      // hierarchy, local recoding: classes of many rows stay as fine as this height, `height` is for the rarest (deident/local_classes.h)
  std::optional<int64_t> bound;                   // noise: in units of the column
  std::optional<int64_t> k;                       // microaggregate, rare: 2 to 10000
  std::optional<MaskForm> form;                   // well_formed
  std::optional<Condition> when;                  // the technique acts on these rows only; not for suppress, keep, learning and beside-cell techniques
  std::optional<Otherwise> otherwise;             // elsewhere: blank (default) or keep
  static constexpr auto fields = field_list(
      field("column", &FieldRule::column), field("technique", &FieldRule::technique), field("on_failure", &FieldRule::on_failure),
      field("value", &FieldRule::value), field("first", &FieldRule::first), field("last", &FieldRule::last),
      field("mask_char", &FieldRule::mask_char), field("domain", &FieldRule::domain), field("prefix", &FieldRule::prefix),
      field("length", &FieldRule::length), field("unit", &FieldRule::unit), field("person", &FieldRule::person),
      field("days_max", &FieldRule::days_max), field("width", &FieldRule::width), field("top", &FieldRule::top),
      field("bottom", &FieldRule::bottom), field("to", &FieldRule::to), field("digits", &FieldRule::digits),
      field("region", &FieldRule::region), field("birth", &FieldRule::birth),
      field("kind", &FieldRule::kind), field("cipher", &FieldRule::cipher), field("mode", &FieldRule::mode),
      field("hierarchy", &FieldRule::hierarchy), field("height", &FieldRule::height), field("lowest", &FieldRule::lowest), field("bound", &FieldRule::bound), field("k", &FieldRule::k),
      field("form", &FieldRule::form), field("when", &FieldRule::when), field("otherwise", &FieldRule::otherwise));
};

// Which rows go out at all. `permille` of the rows, chosen by a keyed hash of the cell in `column`: the same person or
// case is in or out in every table and batch of the scope.
struct SampleRule {
  std::string column;
  int permille = 1000;
  static constexpr auto fields = field_list(field("column", &SampleRule::column), field("permille", &SampleRule::permille));
};

// Where recipient marks may go (deident/mark.h).
enum class CarrierKind { low_digit, day, equivalent };
constexpr std::array<std::string_view, 3> enum_names(CarrierKind) { return {"low_digit", "day", "equivalent"}; }
struct MarkCarrier {
  std::string column;
  CarrierKind kind = CarrierKind::low_digit;
  std::vector<std::string> pair;  // equivalent: the two values
  std::optional<bool> billing{};   // false: the author's statement that the column is no billing amount (deident/carrier.h)
  std::optional<bool> measured{};  // true: the author's statement that it is measured
  static constexpr auto fields = field_list(field("column", &MarkCarrier::column), field("kind", &MarkCarrier::kind), field("pair", &MarkCarrier::pair),
                                            field("billing", &MarkCarrier::billing), field("measured", &MarkCarrier::measured));
};
// A release of a space that cannot bear marks (too few rows, no carrier among its columns) is let go and says so, or is refused.
enum class Unmarkable { release, refuse };
constexpr std::array<std::string_view, 2> enum_names(Unmarkable) { return {"release", "refuse"}; }
struct MarkPlan {
  std::optional<std::string> row_key{};  // a stable column of the masked file; not wanted where tokens alone bear marks
  std::optional<int> one_in{};           // of this many rows one bears a mark; default 1. Tokens all bear one
  std::vector<MarkCarrier> carriers{};
  std::optional<bool> tokens{};            // pseudonyms bear marks (deident/token_marks.h)
  std::optional<Unmarkable> unmarkable{};  // default release
  static constexpr auto fields = field_list(field("row_key", &MarkPlan::row_key), field("one_in", &MarkPlan::one_in), field("carriers", &MarkPlan::carriers),
                                            field("tokens", &MarkPlan::tokens), field("unmarkable", &MarkPlan::unmarkable));
};

// A technique for a class of fields: every criterion that is given must fit, of a list one member. `apply` is a field rule without its column.
enum class IdentifierKind { direct, quasi };
constexpr std::array<std::string_view, 2> enum_names(IdentifierKind) { return {"direct", "quasi"}; }
struct ClassRule {
  std::vector<std::string> types;    // ids of the rules' types
  std::vector<Category> categories;  // of G4.1
  std::vector<Level> levels;         // 1 to 5
  std::optional<IdentifierKind> identifier;
  Json apply;
  static constexpr auto fields = field_list(field("types", &ClassRule::types), field("categories", &ClassRule::categories), field("levels", &ClassRule::levels),
                                            field("identifier", &ClassRule::identifier), field("apply", &ClassRule::apply));
};

// Models that the output must satisfy (deident/targets.h).
struct ColumnTarget {
  std::string column;
  std::optional<int> l, t_permille;
  static constexpr auto fields = field_list(field("column", &ColumnTarget::column), field("l", &ColumnTarget::l), field("t_permille", &ColumnTarget::t_permille));
};
struct Targets {
  std::optional<std::string> share_type;         // full, controlled, enclave: k and risk of that profile
  std::optional<int64_t> risk_permille_max;      // of the prosecutor, 1 to 1000
  std::vector<ColumnTarget> diversity, closeness;
  std::optional<int64_t> presence_permille_max;  // share of a class's people that are in the data
  static constexpr auto fields = field_list(field("share_type", &Targets::share_type), field("risk_permille_max", &Targets::risk_permille_max),
                                            field("diversity", &Targets::diversity), field("closeness", &Targets::closeness),
                                            field("presence_permille_max", &Targets::presence_permille_max));
};

// Where and until when the strategy may be applied; an empty list allows everything.
struct UseLimits {
  std::vector<std::string> share_types, forms, purposes;
  std::optional<std::string> not_after;  // YYYY-MM-DD
  static constexpr auto fields = field_list(field("share_types", &UseLimits::share_types), field("forms", &UseLimits::forms),
                                            field("purposes", &UseLimits::purposes), field("not_after", &UseLimits::not_after));
};
enum class Review { none, required };
constexpr std::array<std::string_view, 2> enum_names(Review) { return {"none", "required"}; }

struct Strategy {
  std::string format;   // "sluice-strategy/1"
  std::string id, version;
  std::optional<std::string> title;
  std::optional<std::string> scope;  // pseudonyms link inside one scope only; default: the strategy's id
  std::optional<Unlisted> unlisted;  // default refuse
  std::vector<FieldRule> rules;
  std::vector<std::string> quasi_identifiers;  // risk is measured over these, before and after
  std::vector<std::string> identifiers_kept;   // columns in which the residual scan may find direct identifiers
  std::optional<int64_t> k_min;                // the run is refused when the output's smallest class is below
  std::optional<int> suppress_permille;        // instead: rows in smaller classes are dropped, at most this share of all
  std::optional<SampleRule> sample;
  std::optional<MarkPlan> marks;
  std::map<std::string, std::string> hierarchies;  // name → ARX CSV: a line per value, its ancestors after it
  std::optional<std::string> extends;          // a strategy file beside this one
  std::vector<ClassRule> classes;              // for columns that no field rule names, the first that fits
  std::optional<Targets> targets;
  std::optional<UseLimits> use;
  std::optional<Review> review;                // required: only with a reviewer's signature
  std::optional<AggregateRule> aggregate;      // of the masked rows only an aggregate leaves
  std::optional<Targets> held_within{};        // in no document: what masking_part() leaves of the targets, for local recoding to stay within
  static constexpr auto fields = field_list(
      field("format", &Strategy::format), field("id", &Strategy::id), field("version", &Strategy::version),
      field("title", &Strategy::title), field("scope", &Strategy::scope), field("unlisted", &Strategy::unlisted),
      field("fields", &Strategy::rules), field("quasi_identifiers", &Strategy::quasi_identifiers),
      field("identifiers_kept", &Strategy::identifiers_kept), field("k_min", &Strategy::k_min),
      field("suppress_permille", &Strategy::suppress_permille), field("sample", &Strategy::sample), field("marks", &Strategy::marks), field("hierarchies", &Strategy::hierarchies),
      field("extends", &Strategy::extends), field("classes", &Strategy::classes), field("targets", &Strategy::targets), field("use", &Strategy::use),
      field("review", &Strategy::review), field("aggregate", &Strategy::aggregate));
};

// YAML or JSON.
Result<Strategy> read_strategy(std::string_view text);
Status check(const Strategy& strategy);
// What a receipt calls the hierarchy of a rule: one of the strategy's own that bears the name of a built-in one is `given:NAME`, so that nobody, and not the
// check, takes it for that.
std::string told_hierarchy(const Strategy& strategy, const FieldRule& rule);
Result<FieldRule> rule_for_column(const ClassRule& rule, const std::string& column);
// What masks the quasi-identifiers of another table alike, and nothing else: of the population, for a presence target.
Strategy population_part(const Strategy& strategy);
// What is left to bind() when the caller honours use, review, targets and aggregate itself. Digests are of the whole strategy.
Strategy masking_part(Strategy strategy);
// What masks cells of one column and nothing else, as it masks them in whatever rows it acts on: for finding one value again.
Strategy only_rule_of(Strategy strategy, const std::string& column);
// SM3 of the canonical JSON: what receipts and contracts name.
Digest digest_of(const Strategy& strategy);
bool needs_key(const Strategy& strategy);
// Local recoding: the column's classes have heights of their own, from `lowest` to `height`.
bool recodes_locally(const FieldRule& rule);
bool recodes_locally(const Strategy& strategy);
bool is_keyed(Technique technique);
// What it writes hangs on how many rows hold a value (rare, microaggregate): it learns from the rows that go out, and from no others.
bool counts_rows(Technique technique);
// Tokens under a key in every row: they single rows out, but nobody without the key knows whose.
bool becomes_tokens(const FieldRule& rule);
// Whether its parameters leave every value as it is: a hierarchy's height 0, bands of 1, all six digits of a division.
bool changes_nothing(const FieldRule& rule);
// Whether this rule leaves a direct identifier of that type so whole that it can be read or tried out: by any technique that was not made to take names away,
// or masked with fewer than four characters hidden (of an ID number the check digit counts for nothing; where the type has no fixed length, with more than eight shown).
bool leaves_identifier(const FieldRule& rule, std::string_view type);

// The level of a field after a technique, by the default profile (a masked copy goes down only through a strategy):
// suppressed, redacted and blank fields are level 1; level 5 stays 5; a pseudonym, a mask or a generalisation of a level 4
// field is level 3 (rare, clamp and permute leave most values as they are, and the level with them); below that nothing changes.
Level level_after(Technique technique, Level before);
// The same of a rule: one that acts on some rows and keeps the others leaves the level as it was.
Level level_after(const FieldRule& rule, Level before);
// The same of a column that may name people: what the rule leaves whole of a direct identifier stays at its level, whatever the technique's name.
Level level_after(const FieldRule& rule, Level before, bool identifies, std::string_view type);
// Whether cells of the column still say something: not when all are dropped, emptied or replaced by a constant.
bool leaves_cells(const FieldRule& rule);

}  // namespace sluice::deident
