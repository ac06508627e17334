// The whole flow: what stands in it, who sees it, and that nothing shows behind what may not be seen.
#include "node/views/view.h"
#include "tests/unit/space/walk.h"

namespace sluice::node {
namespace {

using namespace space;

struct Flow {
  std::string reason;
  std::map<std::string, std::string> kind;  // by id
  std::set<std::string> how;                // "from how to"
  bool hidden = false;
  const Json* node(const std::string& id) const {
    for (const Json& one : json.find("nodes")->as_array())
      if (*one.get_string("id") == id) return &one;
    return nullptr;
  }
  Json json = Json::object();
};
Flow flow_of(const State& s, const PersonId& person, const std::string& id, TimeMs now) {
  Flow out;
  auto answer = View(s, s.persons.at(person.str()), now, rules::RuleSet::built_in()).flow(id);
  if (!answer) {
    out.reason = answer.error().reason;
    return out;
  }
  out.json = *answer;
  out.hidden = *answer->get_bool("hidden");
  for (const Json& node : answer->find("nodes")->as_array()) out.kind[*node.get_string("id")] = *node.get_string("kind");
  for (const Json& edge : answer->find("edges")->as_array()) out.how.insert(*edge.get_string("from") + " " + *edge.get_string("how") + " " + *edge.get_string("to"));
  return out;
}

struct FlowWalk : DeskWalk {
  FlowWalk() : DeskWalk(&Walk::until_contract) {
    (*this)->prepare();
    (*this)->deliver();
    batch = desk.state_.batches.begin()->second.id;
  }
  Flow seen_by(const PersonId& person, const std::string& id) { return flow_of(desk.state_, person, id, desk.now_); }
  BatchId batch;
};

TEST(WholeFlow, LeadsFromABatchToEachRecipientAndFromADeliveryBackToItsBatch) {
  FlowWalk w;
  std::string batch = w.batch.str(), raw = w->version.str(), masked = w->masked.str(), product = w->product.str(), release = w->release.str(), recipient = w->insurer.str();
  Flow forward = w.seen_by(w->manager, batch), back = w.seen_by(w->manager, release);
  for (const Flow* flow : {&forward, &back}) {
    EXPECT_EQ(flow->reason, "");
    EXPECT_FALSE(flow->hidden);
    EXPECT_EQ(flow->kind.at(batch), "batch");
    EXPECT_EQ(flow->kind.at(masked), "masked");
    EXPECT_EQ(flow->kind.at(recipient), "recipient");
    for (const std::string& edge : {batch + " collected " + raw, raw + " masked " + masked, masked + " offered " + product, product + " released " + release, release + " received " + recipient})
      EXPECT_TRUE(flow->how.contains(edge)) << edge;
  }
  EXPECT_EQ(forward.kind, back.kind);
  EXPECT_EQ(forward.kind.at(w.desk.state_.batches.at(batch).plan.str()), "source");
  const Json* delivered = forward.node(release);
  EXPECT_EQ(*delivered->get_string("destruction"), "not_due");
  EXPECT_TRUE(delivered->find("marked"));
  EXPECT_EQ(*delivered->get_int("seq"), static_cast<int64_t>(w.desk.state_.releases.at(release).delivered_seq));
}

TEST(WholeFlow, ShowsNothingOfAnotherBatchThatWentElsewhere) {
  FlowWalk w;
  auto other = w->made<BatchSealed>(node_for(w->manager), w->batch_form(90));
  Flow theirs = w.seen_by(w->manager, other.batch.str()), ours = w.seen_by(w->manager, w.batch.str());
  EXPECT_FALSE(theirs.kind.contains(w->release.str()));
  EXPECT_FALSE(ours.kind.contains(other.batch.str()));
  Flow whole = w.seen_by(w->manager, w->dataset.str());
  EXPECT_TRUE(whole.kind.contains(other.batch.str()) && whole.kind.contains(w->release.str()));
}

TEST(WholeFlow, ARecipientSeesItsDeliveryAndNothingBehindTheProduct) {
  FlowWalk w;
  Flow theirs = w.seen_by(w->user, w->release.str());
  EXPECT_EQ(theirs.reason, "");
  EXPECT_TRUE(theirs.hidden);
  EXPECT_EQ(theirs.kind.at(w->product.str()), "product");
  for (const std::string& id : {w.batch.str(), w->version.str(), w->masked.str()}) EXPECT_FALSE(theirs.kind.contains(id)) << id;
  EXPECT_FALSE(theirs.node(w->release.str())->find("marked")) << "whether a copy bears marks is not for who holds it";
  for (const std::string& id : {w.batch.str(), w->version.str(), w->dataset.str()}) EXPECT_EQ(w.seen_by(w->user, id).reason, "flow.not_found") << id;
}

TEST(WholeFlow, AStrangerIsToldOfAProductWithoutItsRecipients) {
  FlowWalk w;
  Flow theirs = w.seen_by(w->rival_manager, w->product.str());
  EXPECT_EQ(theirs.kind.size(), 1u) << "who else holds it is nobody's business";
  for (const std::string& id : {w.batch.str(), w->release.str(), w->insurer.str(), std::string("bt_nothing")}) EXPECT_EQ(w.seen_by(w->rival_manager, id).reason, "flow.not_found") << id;
}

}  // namespace
}  // namespace sluice::node
