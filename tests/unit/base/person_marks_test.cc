#include "base/person_marks.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(PersonMarks, NamesThatDifferInSpacesWidthAndCaseAreOne) {
  for (const char* name : {"张三 A1", " 张三\tA1", "张三　Ａ１", "张 三a1"}) EXPECT_EQ(folded_name(name), "张三a1") << name;
  EXPECT_NE(folded_name("张三"), folded_name("张四"));
  EXPECT_EQ(folded_name(""), "");
  EXPECT_EQ(folded_name("\xEF\xBC"), "\xEF\xBC") << "a broken letter stays what it is";
}

TEST(PersonMarks, TelephonesAreTheirDigitsWithoutTheCountry) {
  for (const char* phone : {"13900000009", "+86 139 0000 0009", "0086-139-0000-0009", "８６１３９００００000９"}) EXPECT_EQ(folded_phone(phone), "13900000009") << phone;
  EXPECT_EQ(folded_phone("0571-8600 1234"), "057186001234");
  EXPECT_EQ(folded_phone("86001234"), "86001234") << "a number here that begins with 86";
  EXPECT_EQ(folded_phone("无"), "");
}

}  // namespace
}  // namespace sluice
