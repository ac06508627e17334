#include "space/product/certificate.h"

#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct Registered {
  House house;
  Walk walk{house};
  Json certificate;
  ledger::Trust trust = ledger::Trust::of_keys({});

  Registered() {
    walk.until_product();
    EXPECT_TRUE(house.sign());
    auto made = make_registration_certificate(house.state(), *house.ledger, walk.product, house.now());
    if (!made) ADD_FAILURE() << made.error().reason << " " << made.error().detail;
    certificate = *made;
    std::string lines;
    for (const auto& key : ledger::verifier_keys(house.ledger->origin(), house.ledger->keys().current())) lines += key.line() + "\n";
    trust = *ledger::Trust::parse(lines);
  }
  RegistrationVerdict verdict(const Json& json) const {
    auto v = verify_registration_certificate(json, &trust);
    RegistrationVerdict none;
    if (!v) none.problems.emplace_back(v.error().reason);
    return v ? *v : none;
  }
};
Registered& registered_product() {
  static Registered r;
  return r;
}
// With one member below `name` changed.
Json bent(const Json& certificate, std::string_view name, std::string_view member, Json value) {
  Json out = certificate, inner = *certificate.find(name);
  inner.set(member, std::move(value));
  return out.set(name, std::move(inner));
}

TEST(RegistrationCertificate, SaysTheWholeFormAndIsVerifiedAgainstItsAnchorAndOnlyAgainstIt) {
  Registered& r = registered_product();
  RegistrationVerdict v = r.verdict(r.certificate);
  EXPECT_TRUE(v.ok && v.pinned) << (v.problems.empty() ? "" : v.problems.front());
  EXPECT_EQ(v.number, r.house.state().products.at(r.walk.product.str()).number);
  EXPECT_EQ(v.name, "结算统计");
  const Json* general = r.certificate.find("general");
  for (const char* member : {"number", "name", "keywords", "summary", "suited_uses", "forbidden_uses", "authorisation", "time_span", "rows", "columns"}) EXPECT_TRUE(general->find(member)) << member;
  for (const char* member : {"applications", "interfaces", "related_products"}) EXPECT_TRUE(r.certificate.find("specific")->find(member)) << member;
  EXPECT_FALSE(verify_registration_certificate(r.certificate, nullptr)->pinned);
  auto other = ledger::Trust::of_keys({});
  EXPECT_FALSE(verify_registration_certificate(r.certificate, &other)->pinned);
}

TEST(RegistrationCertificate, NamesNeitherTheDatasetNorTheVersionBehindTheProduct) {
  Registered& r = registered_product();
  std::string shown;
  for (const Json& entry : r.certificate.find("evidence")->find("entries")->as_array()) shown += canonical(*entry.find("reveal"));
  EXPECT_EQ(shown.find(r.walk.dataset.str()), std::string::npos);
  EXPECT_EQ(shown.find(r.walk.masked.str()), std::string::npos);
}

TEST(RegistrationCertificate, NothingThatItSaysCanBeChangedAndNoEntryLeftOut) {
  Registered& r = registered_product();
  const Json& c = r.certificate;
  EXPECT_FALSE(r.verdict(bent(c, "general", "forbidden_uses", Json("无"))).ok);
  EXPECT_FALSE(r.verdict(bent(c, "general", "rows", Json(int64_t{1}))).ok);
  EXPECT_FALSE(r.verdict(bent(c, "specific", "share", Json("full"))).ok);
  EXPECT_FALSE(r.verdict(bent(c, "owner", "name", Json("别家"))).ok);
  EXPECT_FALSE(r.verdict(Json(c).set("number", "YBSJ-2025-999999")).ok);
  EXPECT_FALSE(r.verdict(Json(c).set("level", 1 + c.get_int("level").value_or(0))).ok);
  EXPECT_FALSE(r.verdict(Json(c).set("registered_ms", 1)).ok);
  EXPECT_FALSE(r.verdict(Json(c).set("product", "pd_other")).ok);
  for (size_t i = 0; i < c.find("evidence")->find("entries")->as_array().size(); i++) {
    Json evidence = *c.find("evidence"), entries = *evidence.find("entries");
    entries.as_array().erase(entries.as_array().begin() + static_cast<ptrdiff_t>(i));
    EXPECT_FALSE(r.verdict(Json(c).set("evidence", evidence.set("entries", entries))).ok) << i;
  }
  for (const char* member : {"evidence", "general", "specific", "owner", "number", "level", "registered_ms", "format"}) {
    Json without = c;
    without.erase(member);
    EXPECT_FALSE(r.verdict(without).ok) << member;
  }
}

TEST(RegistrationCertificate, WhatIsNotRegisteredHasNone) {
  House house;
  Walk walk(house);
  walk.people();
  walk.collect();
  walk.grade();
  walk.mask();
  walk.draft_product();
  ASSERT_TRUE(house.sign());
  auto early = make_registration_certificate(house.state(), *house.ledger, walk.product, house.now());
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().reason, "product.not_registered");
  walk.check_product();
  walk.review_product();
  walk.register_product();
  walk.must(as(walk.manager), WithdrawProduct{walk.product, "停用"});
  auto late = make_registration_certificate(house.state(), *house.ledger, walk.product, house.now());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "product.not_registered");
  EXPECT_EQ(make_registration_certificate(house.state(), *house.ledger, {}, house.now()).error().reason, "product.not_found");
}

}  // namespace
}  // namespace sluice::space
