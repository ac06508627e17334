#include "anonymity/hierarchy.h"

#include <gtest/gtest.h>

namespace sluice::anonymity {

namespace {

std::string reason_of_hierarchy(std::string_view csv) {
  auto h = Hierarchy::parse(csv);
  return h ? "accepted" : std::string(h.error().reason);
}

}  // namespace

TEST(Hierarchy, GroupsAndLeavesFollowTheFile) {
  auto h = Hierarchy::parse("1;low;*\n2;low;*\n3;high;*\n");
  ASSERT_TRUE(h);
  EXPECT_EQ(h->levels(), 3u);
  EXPECT_EQ(h->leaves(), 3u);
  EXPECT_EQ(h->group_of(1, *h->leaf_of("1")), h->group_of(1, *h->leaf_of("2")));
  EXPECT_EQ(h->leaves_under(1, h->group_of(1, *h->leaf_of("1"))), 2u);
  EXPECT_EQ(h->leaves_under(2, 0), 3u);
  EXPECT_EQ(h->label(1, h->group_of(1, *h->leaf_of("3"))), "high");
  EXPECT_FALSE(h->leaf_of("4"));
}

TEST(Hierarchy, ACommaSeparatedFileAndAByteOrderMarkAreTheSameHierarchy) {
  auto a = Hierarchy::parse("a;x;*\nb;x;*\n"), b = Hierarchy::parse("\xef\xbb\xbf" "a,x,*\r\nb,x,*\r\n");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->to_csv(), b->to_csv());
}

TEST(Hierarchy, LabelsOfIntervalsWithCommasNeedNoQuotes) {
  for (const char* csv : {"20;[20, 40[;[0, 100[\n25;[20, 40[;[0, 100[\n40;[40, 60[;[0, 100[\n", "20;[20, 40[\n25;[20, 40[\n", "7;[5,6,7,8]"}) {
    auto h = Hierarchy::parse(csv);
    ASSERT_TRUE(h) << csv;
    EXPECT_TRUE(h->leaf_of(std::string_view(csv).substr(0, std::string_view(csv).find(';')))) << csv;
  }
  auto commas = Hierarchy::parse("20,\"a;b\",*\n21,a;c,*\n22,a,*\n");
  ASSERT_TRUE(commas);
  EXPECT_EQ(commas->levels(), 3u);
}

TEST(Hierarchy, AnEmptyCellIsAValueThatOnlyTheHighestLevelGeneralises) {
  auto file = Hierarchy::parse("1;low;*\n2;low;*\n3;high;*\n");
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->leaf_of(""));
  Hierarchy h = file->with_empty_cell();
  auto empty = h.leaf_of("");
  ASSERT_TRUE(empty);
  EXPECT_EQ(h.leaves(), 4u);
  EXPECT_EQ(h.label(0, *empty), "");
  EXPECT_EQ(h.label(1, h.group_of(1, *empty)), "");
  EXPECT_EQ(h.leaves_under(1, h.group_of(1, *empty)), 1u);
  EXPECT_EQ(h.group_count(2), 1u) << "one group at the top as before";
  EXPECT_EQ(h.label(2, h.group_of(2, *empty)), "*");
  EXPECT_EQ(h.leaves_under(2, 0), 4u);
  EXPECT_EQ(h.with_empty_cell().leaves(), 4u);
  auto named = Hierarchy::parse("1;low;*\n\"\";none;*\n");  // a file that lists it says how
  ASSERT_TRUE(named);
  EXPECT_EQ(named->with_empty_cell().label(1, named->group_of(1, *named->leaf_of(""))), "none");
  auto two_tops = Hierarchy::parse("1;low\n3;high\n");
  EXPECT_EQ(two_tops->with_empty_cell().label(1, two_tops->with_empty_cell().group_of(1, 2)), "*");
}

TEST(Hierarchy, WhatItWritesItReads) {
  auto h = Hierarchy::parse("\"a;1\";x;*\n\"\";y;*\n");
  ASSERT_TRUE(h);
  auto again = Hierarchy::parse(h->to_csv());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_csv(), h->to_csv());
}

TEST(Hierarchy, EachFaultHasItsReason) {
  EXPECT_EQ(reason_of_hierarchy(""), "hierarchy.empty");
  EXPECT_EQ(reason_of_hierarchy("a;x;*\nb;*\n"), "hierarchy.depths_differ");
  EXPECT_EQ(reason_of_hierarchy("a;;*\n"), "hierarchy.gap");
  EXPECT_EQ(reason_of_hierarchy("a;x;*\na;y;*\n"), "hierarchy.value_twice");
  EXPECT_EQ(reason_of_hierarchy("a;x;*\na;x;*\n"), "accepted");
  EXPECT_EQ(reason_of_hierarchy("a;x;p\nb;x;q\n"), "hierarchy.not_a_tree");
  EXPECT_EQ(reason_of_hierarchy("a;x;y\nb;y;x\n"), "hierarchy.cycle");
  EXPECT_EQ(reason_of_hierarchy("x;y;x\n"), "hierarchy.cycle");
  EXPECT_EQ(reason_of_hierarchy("Japan;Japan;Asia\n"), "accepted");
  std::string deep = "v";
  for (size_t i = 0; i < kLevelsMax; i++) deep += ";l" + std::to_string(i);
  EXPECT_EQ(reason_of_hierarchy(deep), "hierarchy.too_deep");
}

TEST(Hierarchy, ErrorsNeverQuoteAValue) {
  for (std::string_view csv : {"secret;x;*\nsecret;y;*\n", "secret;x;p\nb;x;q\n", "secret;;*\n"}) {
    auto h = Hierarchy::parse(csv);
    ASSERT_FALSE(h);
    EXPECT_EQ(h.error().detail.find("secret"), std::string::npos);
  }
}

TEST(Hierarchy, AColumnWithoutAFileIsKeptOrSuppressed) {
  Dictionary values;
  values.code_of("a");
  values.code_of("b");
  Hierarchy h = Hierarchy::suppression_of(values);
  EXPECT_EQ(h.levels(), 2u);
  EXPECT_EQ(h.label(1, h.group_of(1, 1)), "*");
}

}  // namespace sluice::anonymity
