#include "codec/json.h"

#include <gtest/gtest.h>

#include "codec/record.h"

namespace sluice {
namespace {

std::string canon(std::string_view text) {
  auto json = parse_json(text);
  return json ? canonical(*json) : std::string(json.error().reason);
}

TEST(Json, KeysAreSortedByUtf16CodeUnits) {
  // The example of RFC 8785, section 3.2.3: the pair U+1F600 sorts before U+FB33.
  EXPECT_EQ(canon("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}"),
            "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":7,\"\xe2\x82\xac\":1,\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":3}");
}

TEST(Json, NumbersAreWrittenAsEcmaScriptWritesThem) {
  EXPECT_EQ(canon("[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]"),
            "[333333333.3333333,1e+30,4.5,0.002,1e-27]");
  EXPECT_EQ(canon("[-0.0, 1e21, 100000000000000000000, 0.000001, 1e-7, 123456.75]"),
            "[0,1e+21,100000000000000000000,0.000001,1e-7,123456.75]");
  EXPECT_EQ(canon("9223372036854775807"), "9223372036854775807");
}

TEST(Json, CanonicalFormIsAFixedPoint) {
  std::string once = canon(" { \"b\" : [ 1 , true , null , \"\\u0001\\n\\/\" ] , \"a\" : { } } ");
  EXPECT_EQ(once, "{\"a\":{},\"b\":[1,true,null,\"\\u0001\\n/\"]}");
  EXPECT_EQ(canon(once), once);
}

TEST(Json, MalformedInputIsRefusedWithItsReason) {
  for (const char* bad : {"", "{", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "nul", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\x01\"",
                          "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "1 2", "1e999", "'a'", "{a:1}"})
    EXPECT_EQ(canon(bad), "json.malformed") << bad;
  EXPECT_EQ(canon("{\"a\":1,\"a\":2}"), "json.duplicate_key");
  EXPECT_EQ(canon(std::string(10000, '[')), "json.too_deep");
  EXPECT_FALSE(parse_json("[1,2,3]", 3));
}

TEST(Json, ErrorsNeverQuoteTheInput) {
  auto json = parse_json("{\"name\": 张三secret");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().detail.find("secret"), std::string::npos);
}

TEST(Json, SetKeepsCanonicalOrder) {
  Json object = Json::object({{"z", 1}, {"a", 2}});
  object.set("m", 3).set("a", 4);
  EXPECT_EQ(canonical(object), "{\"a\":4,\"m\":3,\"z\":1}");
}

enum class Colour { red, green };
constexpr std::array<std::string_view, 2> enum_names(Colour) { return {"red", "green"}; }

struct Inner {
  int64_t n = 0;
  static constexpr auto fields = field_list(field("n", &Inner::n));
  bool operator==(const Inner&) const = default;
};
struct Outer {
  std::string name;
  Colour colour = Colour::red;
  std::optional<int64_t> price_fen;
  std::vector<Inner> inners;
  std::map<std::string, std::string> tags;
  Bytes blob;
  static constexpr auto fields =
      field_list(field("name", &Outer::name), field("colour", &Outer::colour), field("price_fen", &Outer::price_fen),
                 field("inners", &Outer::inners), field("tags", &Outer::tags), field("blob", &Outer::blob));
  bool operator==(const Outer&) const = default;
};

TEST(Record, DecodeOfEncodeIsIdentity) {
  Outer v{"n", Colour::green, 5, {{1}, {2}}, {{"k", "v"}}, {1, 2, 3}};
  auto back = decode<Outer>(encode(v));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, v);
}

TEST(Record, AbsentListsAndOptionalsAreEmpty) {
  auto v = decode<Outer>(*parse_json(R"({"name":"n","colour":"red","blob":""})"));
  ASSERT_TRUE(v);
  EXPECT_TRUE(v->inners.empty());
  EXPECT_FALSE(v->price_fen);
}

TEST(Record, UnknownMissingAndWrongFieldsAreNamed) {
  auto reason = [](std::string_view text) {
    auto v = decode<Outer>(*parse_json(text));
    return v ? std::string("ok") : std::string(v.error().reason) + ":" + v.error().detail;
  };
  EXPECT_EQ(reason(R"({"name":"n","colour":"red","blob":"","extra":1})"), "record.unknown_field:extra");
  EXPECT_EQ(reason(R"({"colour":"red","blob":""})"), "record.missing_field:name");
  EXPECT_EQ(reason(R"({"name":1,"colour":"red","blob":""})"), "record.wrong_kind:name");
  EXPECT_EQ(reason(R"({"name":"n","colour":"blue","blob":""})"), "record.unknown_name:colour");
}

}  // namespace
}  // namespace sluice
