// Laws of the recipient's destruction certificate: its own word, signed, once, of exactly what was delivered.
#include "ledger/verifier.h"
#include "space/release/destruction.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct DeliveredWalk {
  DeliveredWalk() : walk(house) { walk.until_delivered(); }
  CertifyDestruction certificate(uint8_t key = 12, std::string method = "覆写三遍") {
    State s = house.state();
    const Release& r = s.releases.at(walk.release.str());
    CertifyDestruction out{r.id, r.contract, r.file_digest, std::move(method), house.now(), {}};
    out.signature = test_key(key).sign(view(canonical(destruction_statement(out.release, out.contract, out.file_digest, out.method, out.destroyed_ms))));
    return out;
  }
  House house;
  Walk walk;
};

TEST(Destruction, IsTheRecipientsOwnWordAndCountsOnce) {
  DeliveredWalk w;
  EXPECT_EQ(w.walk.why(as(w.walk.manager), w.certificate()), "contract.not_yours") << "the provider does not certify for the recipient";
  EXPECT_EQ(w.walk.why(as(w.walk.rival_user), w.certificate()), "release.not_found");
  EXPECT_EQ(w.walk.why(as(w.walk.user), w.certificate(13)), "destruction.bad_signature") << "another party's key";
  w.walk.must(as(w.walk.user), w.certificate());
  EXPECT_EQ(w.walk.why(as(w.walk.user), w.certificate()), "destruction.certified_already");
  State s = w.house.state();
  const Release& r = s.releases.at(w.walk.release.str());
  ASSERT_TRUE(r.destruction);
  EXPECT_EQ(r.destruction->by, w.walk.user);
  ASSERT_TRUE(w.house.sign());
  EXPECT_TRUE(ledger::verify_store(*w.house.store)->ok());
}

TEST(Destruction, IsOfExactlyWhatWasDeliveredAndOfATimeThatCanBe) {
  DeliveredWalk w;
  auto changed = [&](auto change) {
    CertifyDestruction c = w.certificate();
    change(c);
    c.signature = test_key(12).sign(view(canonical(destruction_statement(c.release, c.contract, c.file_digest, c.method, c.destroyed_ms))));
    return w.walk.why(as(w.walk.user), c);
  };
  EXPECT_EQ(changed([](auto& c) { c.file_digest = test_digest(1); }), "destruction.of_something_else");
  EXPECT_EQ(changed([](auto& c) { c.contract = {}; }), "destruction.of_something_else");
  EXPECT_EQ(changed([](auto& c) { c.destroyed_ms = kTestStart - 1; }), "destruction.bad_time");
  EXPECT_EQ(changed([](auto& c) { c.destroyed_ms += kDayMs; }), "destruction.bad_time");
  EXPECT_EQ(changed([](auto& c) { c.method.clear(); }), "form.text_missing");
  CertifyDestruction bent = w.certificate();
  bent.method += "。";
  EXPECT_EQ(w.walk.why(as(w.walk.user), bent), "destruction.bad_signature") << "every word is signed";
}

TEST(Destruction, NothingDeliveredNothingDestroyedAndAnOpenApiIsEndedFirst) {
  DeskWalk prepared(&Walk::until_contract);
  prepared->prepare();
  CertifyDestruction c{prepared->release, prepared->contract, {}, "x", kTestStart, {}};
  EXPECT_EQ(prepared->why(as(prepared->user), c), "destruction.nothing_delivered");
  DeskWalk api(&Walk::until_contract, OpenForm::api);
  api->open_api();
  CertifyDestruction open{api->release, api->contract, {}, "x", kTestStart, {}};
  EXPECT_EQ(api->why(as(api->user), open), "destruction.release_still_open");
  api->must(as(api->manager), RevokeRelease{api->release, "到期"});
  EXPECT_EQ(api->why(as(api->user), open), "destruction.bad_signature") << "only the signature is missing now";
}

}  // namespace
}  // namespace sluice::space
