// Described items, business processes, own levels, and whom the inventory asks.
#include <gtest/gtest.h>

#include "space/inventory/routing.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct Holdings {
  Desk desk;
  Walk w{desk};
  PersonId head, chief, clerk;
  UnitId office, branch;

  Holdings() {
    w.until_graded();
    head = w.enrol(w.agency, {Duty::data_user});
    chief = w.enrol(w.agency, {Duty::data_user});
    clerk = w.enrol(w.agency, {Duty::data_user});
    office = w.unit("综合处", UnitKind::implementing_department, {}, chief);
    branch = w.unit("档案室", UnitKind::data_owner, office, head);
  }
  ItemFacts paper(UnitId department = {}) const {
    ItemFacts f;
    f.title = "1998—2005 年住院病历（纸质）", f.medium = "paper", f.place = "库房三排", f.volume = 1200, f.volume_unit = "册", f.department = std::move(department);
    return f;
  }
  ItemId enter() { return w.made<ItemDescribed>(as(w.manager), DescribeItem{{}, paper(branch)}).item; }
  const DescribedItem& item(const ItemId& id) { return desk.state_.items.at(id.str()); }
  ProcessDiagram diagram() const {
    ProcessDiagram d;
    d.title = "门诊结算", d.department = branch;
    auto node = [](std::string id, std::string kind) {
      ProcessNode n;
      n.id = id, n.title = id, n.node_kind = std::move(kind);
      return n;
    };
    d.nodes = {node("come", "start"), node("settle", "activity"), node("done", "end")};
    d.nodes[1].data = {{w.dataset, {"fee", "age"}, {}}};
    d.nodes[1].access = {{"结算员", {}, {"read", "change"}}};
    d.nodes[1].storage = "结算库";
    d.edges = {{"come", "settle", ""}, {"settle", "done", "完成"}};
    return d;
  }
};

TEST(DescribedItem, IsEnteredGradedAnsweredAnewAndEnded) {
  Holdings h;
  ItemId id = h.enter();
  EXPECT_FALSE(h.item(id).grade);
  ItemGrade grade{"person_name", Category::personal, 4, true, "含姓名", {}};
  EXPECT_EQ(h.w.why(as(h.head), GradeItem{id, grade}), "duty.missing");
  grade.level = 2;
  EXPECT_EQ(h.w.why(as(h.w.manager), GradeItem{id, grade}), "catalog.below_floor");
  grade.level = 4;
  h.w.must(as(h.w.manager), GradeItem{id, grade});
  EXPECT_EQ(h.item(id).grade->level, 4);
  EXPECT_FALSE(h.item(id).expired(h.desk.now_));
  EXPECT_TRUE(h.item(id).expired(h.item(id).valid_until_ms));
  ItemFacts more = h.item(id).facts;
  more.retention = "三十年";
  h.w.must(as(h.head), DescribeItem{id, more});
  EXPECT_EQ(h.item(id).answers.size(), 2u);
  EXPECT_EQ(h.item(id).answers.back().number, 2);
  EXPECT_EQ(h.item(id).grade->level, 4) << "the grade stays";
  EXPECT_EQ(h.w.why(as(h.w.manager), EndItem{id, ""}), "form.text_missing");
  h.w.must(as(h.w.manager), EndItem{id, "已销毁"});
  EXPECT_EQ(h.w.why(as(h.w.manager), DescribeItem{id, more}), "inventory.item_ended");
}

TEST(DescribedItem, FormsAreWholeAndOthersCannotReachThem) {
  Holdings h;
  ItemId id = h.enter();
  auto refused = [&](auto change) {
    ItemFacts f = h.paper();
    change(f);
    return h.w.why(as(h.w.manager), DescribeItem{{}, f});
  };
  EXPECT_EQ(refused([](ItemFacts& f) { f.title.clear(); }), "form.text_missing");
  EXPECT_EQ(refused([](ItemFacts& f) { f.medium = "stone"; }), "inventory.unknown_medium");
  EXPECT_EQ(refused([](ItemFacts& f) { f.volume = -1; }), "inventory.bad_volume");
  EXPECT_EQ(refused([](ItemFacts& f) { f.measures["lunch"] = "x"; }), "catalog.unknown_stage");
  EXPECT_EQ(refused([](ItemFacts& f) { f.place = "\xff"; }), "form.text_not_utf8");
  EXPECT_EQ(h.w.why(as(h.w.rival_manager), DescribeItem{id, h.paper()}), "inventory.item_not_found");
  EXPECT_EQ(h.w.why(as(h.clerk), DescribeItem{id, h.paper(h.branch)}), "duty.missing");
  EXPECT_EQ(h.w.why(as(h.head), DescribeItem{id, h.paper(h.office)}), "inventory.department_is_fixed");
}

TEST(Routing, GoesToTheNearestHeadThenUpwardsAndToDeputies) {
  Holdings h;
  const State& s = h.desk.state_;
  EXPECT_EQ(heads_from(s, h.branch, h.desk.now_), (std::vector<PersonId>{h.head, h.chief}));
  EXPECT_TRUE(answers_for(s, s.persons.at(h.chief.str()), h.branch, h.desk.now_));
  EXPECT_FALSE(answers_for(s, s.persons.at(h.head.str()), h.office, h.desk.now_));
  EXPECT_FALSE(answers_for(s, s.persons.at(h.clerk.str()), h.branch, h.desk.now_));
  h.w.must(as(h.w.security_admin), AppointDeputy{h.head, h.clerk, {Duty::data_user}, h.desk.now_, h.desk.now_ + kDayMs, "休假"});
  EXPECT_TRUE(answers_for(s, s.persons.at(h.clerk.str()), h.branch, h.desk.now_));
  h.w.must(as(h.w.security_admin), SuspendPerson{h.head, "离职"});
  EXPECT_EQ(heads_from(s, h.branch, h.desk.now_), std::vector<PersonId>{h.chief});
}

TEST(Answers, AreVersionedAndTheHeadAnswersForTheDepartment) {
  Holdings h;
  DatasetFacts facts;
  facts.place = "一号机房";
  EXPECT_EQ(h.w.why(as(h.head), DescribeDataset{h.w.dataset, facts}), "duty.missing") << "nobody has said whose it is";
  facts.department = h.branch;
  h.w.must(as(h.w.manager), DescribeDataset{h.w.dataset, facts});
  facts.measures.emplace();
  (*facts.measures)["storage"] = "加密";
  h.w.must(as(h.head), DescribeDataset{h.w.dataset, facts});
  facts.department = h.office;
  EXPECT_EQ(h.w.why(as(h.head), DescribeDataset{h.w.dataset, facts}), "inventory.department_is_fixed");
  const Dataset& d = h.desk.state_.datasets.at(h.w.dataset.str());
  ASSERT_EQ(d.answers.size(), 2u);
  EXPECT_EQ(d.answers[1].by, h.head);
  EXPECT_FALSE(d.answers[0].facts.measures);
  EXPECT_EQ(open_questions(h.desk.state_, d), (std::vector<std::string>{"retention", "processing", "provision"})) << "its plan answers system and purpose";
  EXPECT_EQ(open_questions(h.desk.state_, Dataset{}).size(), static_cast<size_t>(kDatasetQuestions)) << "of what nobody described";
}

TEST(Process, IsDrawnRedrawnAndRemoved) {
  Holdings h;
  ProcessId id = h.w.made<ProcessDrawn>(as(h.head), DrawProcess{{}, h.diagram()}).process;
  auto again = h.w.made<ProcessDrawn>(as(h.w.manager), DrawProcess{id, h.diagram()});
  EXPECT_EQ(again.number, 2);
  EXPECT_EQ(h.desk.state_.processes.at(id.str()).earlier.size(), 1u);
  EXPECT_EQ(h.w.why(as(h.w.rival_manager), DrawProcess{id, h.diagram()}), "process.not_found");
  h.w.must(as(h.w.manager), RemoveProcess{id, "流程已停用"});
  EXPECT_EQ(h.w.why(as(h.w.manager), DrawProcess{id, h.diagram()}), "process.not_found");
}

TEST(Process, ADiagramIsValidOrRefusedWithTheNodeNamed) {
  Holdings h;
  auto refused = [&](auto change) {
    ProcessDiagram d = h.diagram();
    change(d);
    return h.w.why(as(h.w.manager), DrawProcess{{}, d});
  };
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].id = "come"; }), "process.node_twice");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].id = "<svg>"; }), "process.bad_node_id");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].node_kind = "loop"; }), "process.unknown_kind");
  EXPECT_EQ(refused([](auto& d) { d.edges[0].to = "nowhere"; }), "process.edge_without_node");
  EXPECT_EQ(refused([](auto& d) { d.edges.push_back(d.edges[0]); }), "process.edge_twice");
  EXPECT_EQ(refused([](auto& d) { d.edges.pop_back(); }), "process.node_unreachable");
  EXPECT_EQ(refused([](auto& d) { d.nodes[0].node_kind = "activity"; }), "process.no_start");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].access[0].rights = {"steal"}; }), "process.unknown_right");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].access[0].who.clear(); }), "process.access_of_nobody");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].data[0].columns = {"nothing"}; }), "catalog.no_such_column");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].data.push_back({}); }), "process.bad_link");
  EXPECT_EQ(refused([](auto& d) { d.nodes[1].storage = std::string(9000, 'x'); }), "form.text_too_long");
  EXPECT_EQ(refused([](auto& d) {
    for (int i = 0; i < 10; i++) {
      d.nodes.push_back(d.nodes[1]);
      d.nodes.back().id = "n" + std::to_string(i);
      d.nodes.back().storage = std::string(8000, 'x');
      d.edges.push_back({"come", d.nodes.back().id, ""});
    }
  }), "process.too_large");
  EXPECT_EQ(refused([](auto&) {}), "ok");
}

TEST(OwnLevels, AreMoreThanFiveMappedUpwardsAndStandBesideTheStandardLevel) {
  Holdings h;
  std::vector<OwnLevel> scale = {{"L1", "一级", "one", 1}, {"L2", "二级", "two", 2}, {"L3", "三级", "three", 3},
                                 {"L3+", "三级增强", "three plus", 3}, {"L4", "四级", "four", 4}, {"L5", "五级", "five", 5}};
  auto why = [&](std::vector<OwnLevel> levels) { return h.w.why(as(h.w.officer), AdoptOwnLevels{std::move(levels), "省级要求"}); };
  EXPECT_EQ(h.w.why(as(h.w.manager), AdoptOwnLevels{scale, "省级要求"}), "duty.missing");
  EXPECT_EQ(why({scale.begin(), scale.begin() + 3}), "level.own_scale");
  auto falling = scale;
  std::swap(falling[4], falling[5]);
  EXPECT_EQ(why(falling), "level.own_scale");
  EXPECT_EQ(why(scale), "ok");
  const OwnScale& own = h.desk.state_.own_scales.at(h.w.agency.str());
  EXPECT_EQ(own.at(3, {})->id, "L3");
  EXPECT_EQ(own.at(3, "L3+")->id, "L3+");
  EXPECT_EQ(own.at(4, "L3+")->id, "L4") << "a step of another level does not count";
  FieldVerdict fee{"fee", "amount", Category::payment, 3, false, false, "", {}, "L3+"};
  h.w.must(as(h.w.manager), ConfirmFields{h.w.dataset, {fee}});
  EXPECT_EQ(h.desk.state_.datasets.at(h.w.dataset.str()).column("fee")->own_level, "L3+");
  fee.own_level = "L4";
  EXPECT_EQ(h.w.why(as(h.w.manager), ConfirmFields{h.w.dataset, {fee}}), "level.own_differs");
  fee.own_level = "L9";
  EXPECT_EQ(h.w.why(as(h.w.manager), ConfirmFields{h.w.dataset, {fee}}), "level.unknown_own");
  EXPECT_EQ(why({}), "ok") << "back to the five";
}

TEST(ArrivalGrades, TheNodeLooksAtNewRowsOfClassifiedDatasetsOnly) {
  Desk desk;
  Walk w{desk};
  w.people();
  w.collect();
  GrantKeys grant{w.dataset, w.version, kTestColumns, Work::classify, kHourMs};
  EXPECT_NE(w.why(the_node(), grant), "ok") << "nobody classified it yet";
  w.grade();
  EXPECT_EQ(w.why(the_node(), grant), "ok");
  grant.work = Work::check;
  EXPECT_NE(w.why(the_node(), grant), "ok") << "and for no other work";
}

}  // namespace
}  // namespace sluice::space
