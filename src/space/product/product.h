// Data products: what a party may apply for (C6.6, C7.1.3).
//
//   drafted ──ReportProductCheck (node)──▶ checked ──ReviewProduct (agency, another person)──▶ reviewed
//           ──RegisterProduct (platform, a third person)──▶ registered ──WithdrawProduct──▶ withdrawn
//   A failed check or a negative review ends in rejected; a new draft is a new product.
// The check is made by the node, not declared: description against profile, a sample drawn by the node, every grade
// confirmed, the risk of the release. Registration gives the number 登记编号, asks the level of the flow anew and refuses what may
// not leave at that level: "policy.level_raised_in_flow" (catalog/level.h).
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "codec/record.h"
#include "space/catalog/catalog.h"
#include "space/catalog/flow_level.h"

namespace sluice::space {

// A product that answers for one person at a time, with that person's separate consent (law/consent.h): each call names every input, which
// are not handed over; `subject` is the input that names the person.
struct OnePerson {
  std::string subject;
  std::vector<std::string> inputs;
  bool has(std::string_view column) const { return std::find(inputs.begin(), inputs.end(), column) != inputs.end(); }
  static constexpr auto fields = field_list(field("subject", &OnePerson::subject), field("inputs", &OnePerson::inputs));
};

// The registration form of C6.6.3: general information (通用信息), then specific information (个性信息).
struct ProductForm {
  std::string name, summary, suited_uses, forbidden_uses, authorisation, time_span;
  std::vector<std::string> keywords;
  std::vector<std::string> applications, interfaces, related_products;
  FlowType flow = FlowType::share;
  ShareType share = ShareType::controlled;
  std::vector<OpenForm> forms;
  std::vector<std::string> columns;  // offered at most
  int64_t price_fen = 0;             // traded products only
  std::optional<OnePerson> one_person{};
  static constexpr auto fields = field_list(
      field("name", &ProductForm::name), field("summary", &ProductForm::summary), field("suited_uses", &ProductForm::suited_uses),
      field("forbidden_uses", &ProductForm::forbidden_uses), field("authorisation", &ProductForm::authorisation),
      field("time_span", &ProductForm::time_span), field("keywords", &ProductForm::keywords), field("applications", &ProductForm::applications),
      field("interfaces", &ProductForm::interfaces), field("related_products", &ProductForm::related_products), field("flow", &ProductForm::flow),
      field("share", &ProductForm::share), field("forms", &ProductForm::forms), field("columns", &ProductForm::columns),
      field("price_fen", &ProductForm::price_fen), field("one_person", &ProductForm::one_person));
};

struct DraftProduct {
  static constexpr std::string_view kind = "product.draft";
  DatasetId dataset;
  VersionId version;  // the masked version that the product offers
  ProductForm form;
  std::optional<MandateId> mandate{};  // of a broker's person: for whom (space/mandate)
  static constexpr auto fields = field_list(field("dataset", &DraftProduct::dataset), field("version", &DraftProduct::version),
                                            field("form", &DraftProduct::form), field("mandate", &DraftProduct::mandate));
};
struct CheckResult {
  std::string check, note_zh, note_en;
  bool passed = false;
  static constexpr auto fields = field_list(field("check", &CheckResult::check), field("note_zh", &CheckResult::note_zh),
                                            field("note_en", &CheckResult::note_en), field("passed", &CheckResult::passed));
};
struct ReportProductCheck {
  static constexpr std::string_view kind = "product.report_check";
  ProductId product;
  std::vector<CheckResult> checks;
  int64_t sample_rows = 0;
  static constexpr auto fields = field_list(field("product", &ReportProductCheck::product), field("checks", &ReportProductCheck::checks),
                                            field("sample_rows", &ReportProductCheck::sample_rows));
};
struct ReviewProduct {
  static constexpr std::string_view kind = "product.review";
  ProductId product;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("product", &ReviewProduct::product), field("approve", &ReviewProduct::approve), field("reason", &ReviewProduct::reason));
};
struct RegisterProduct {
  static constexpr std::string_view kind = "product.register";
  ProductId product;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("product", &RegisterProduct::product), field("approve", &RegisterProduct::approve), field("reason", &RegisterProduct::reason));
};
struct WithdrawProduct {
  static constexpr std::string_view kind = "product.withdraw";
  ProductId product;
  std::string reason;
  static constexpr auto fields = field_list(field("product", &WithdrawProduct::product), field("reason", &WithdrawProduct::reason));
};

struct ProductDrafted {
  static constexpr std::string_view kind = "product.drafted";
  ProductId product;
  PartyId owner;
  DatasetId dataset;
  VersionId version;
  ProductForm form;
  int64_t rows = 0;
  int level = 1;  // of the product in its flow (catalog/level.h), before anyone asked for it; entries of old: its highest column
  std::optional<FlowGrade> grade{};
  static constexpr auto fields =
      field_list(field("grade", &ProductDrafted::grade), field("product", &ProductDrafted::product), field("owner", &ProductDrafted::owner), field("dataset", &ProductDrafted::dataset),
                 field("version", &ProductDrafted::version), field("form", &ProductDrafted::form), field("rows", &ProductDrafted::rows),
                 field("level", &ProductDrafted::level));
};
struct ProductChecked {
  static constexpr std::string_view kind = "product.checked";
  ProductId product;
  bool passed = false;
  std::vector<CheckResult> checks;
  int64_t sample_rows = 0;
  static constexpr auto fields = field_list(field("product", &ProductChecked::product), field("passed", &ProductChecked::passed),
                                            field("checks", &ProductChecked::checks), field("sample_rows", &ProductChecked::sample_rows));
};
struct ProductReviewed {
  static constexpr std::string_view kind = "product.reviewed";
  ProductId product;
  bool approved = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("product", &ProductReviewed::product), field("approved", &ProductReviewed::approved), field("reason", &ProductReviewed::reason));
};
struct ProductRegistered {
  static constexpr std::string_view kind = "product.registered";
  ProductId product;
  bool approved = false;
  std::string number;  // 登记编号
  std::string reason;
  std::optional<FlowGrade> grade{};  // as it was when it was registered
  static constexpr auto fields = field_list(field("grade", &ProductRegistered::grade), field("product", &ProductRegistered::product), field("approved", &ProductRegistered::approved),
                                            field("number", &ProductRegistered::number), field("reason", &ProductRegistered::reason));
};
struct ProductWithdrawn {
  static constexpr std::string_view kind = "product.withdrawn";
  ProductId product;
  std::string reason;
  static constexpr auto fields = field_list(field("product", &ProductWithdrawn::product), field("reason", &ProductWithdrawn::reason));
};

enum class ProductStatus { drafted, checked, reviewed, registered, rejected, withdrawn };
constexpr std::array<std::string_view, 6> enum_names(ProductStatus) {
  return {"drafted", "checked", "reviewed", "registered", "rejected", "withdrawn"};
}

struct Product {
  ProductId id;
  PartyId owner;
  DatasetId dataset;
  VersionId version;
  ProductForm form;
  ProductStatus status = ProductStatus::drafted;
  int64_t rows = 0, sample_rows = 0;
  int level = 1;
  std::vector<CheckResult> checks;
  std::string number, reason;
  PersonId drafted_by, reviewed_by, registered_by;
  uint64_t drafted_seq = 0, checked_seq = 0, reviewed_seq = 0, registered_seq = 0;
  TimeMs at_ms = 0;
  std::optional<FlowGrade> grade{};
  static constexpr auto fields = field_list(
      field("grade", &Product::grade),
      field("id", &Product::id), field("owner", &Product::owner), field("dataset", &Product::dataset), field("version", &Product::version),
      field("form", &Product::form), field("status", &Product::status), field("rows", &Product::rows), field("sample_rows", &Product::sample_rows),
      field("level", &Product::level), field("checks", &Product::checks), field("number", &Product::number), field("reason", &Product::reason),
      field("drafted_by", &Product::drafted_by), field("reviewed_by", &Product::reviewed_by), field("registered_by", &Product::registered_by),
      field("drafted_seq", &Product::drafted_seq), field("checked_seq", &Product::checked_seq), field("reviewed_seq", &Product::reviewed_seq),
      field("registered_seq", &Product::registered_seq), field("at_ms", &Product::at_ms));
};

}  // namespace sluice::space
