// Laws: what masking takes for text is what the reader of the independent check takes for text, byte for byte of damage; the place of a fault is told in records
// and fields as people count them.
#include "deident/text_fault.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/csv.h"

namespace sluice::deident {
namespace {

std::string reason_of_reader(const std::string& text) {
  auto source = bytes_of_memory(text);
  auto reader = CsvReader::open(*source, {});
  if (!reader) return std::string(reader.error().reason);
  while (true) {
    auto block = reader->next();
    if (!block) return std::string(block.error().reason);
    if (!*block) return "";
  }
}

TEST(TextFault, OneAnswerWithTheReaderOfTheCheck) {
  std::string chinese;
  for (int i = 0; i < 40; i++) chinese += "张三" + std::to_string(i) + ",广东省,\"甲\n乙\"\n";
  const std::string few = "name,x,y\na,b,c\n李,d,e\n", gb = *utf8_to_gb18030(chinese), gb_few = *utf8_to_gb18030(few);
  SeededRandom random(4);
  int refused = 0;
  for (const std::string& good : {chinese, few, gb, gb_few}) {
    for (int i = 0; i < 3000; i++) {
      std::string bytes = good;
      const size_t changes = i == 0 ? 0 : 1 + random.below(2);
      for (size_t n = 0; n < changes; n++) bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      const std::string theirs = reason_of_reader(bytes);
      const bool of_encoding = theirs == "csv.bad_encoding" || theirs == "csv.mixed_encoding" || theirs == "csv.nul_byte";
      auto ours = text_fault(bytes, encoding_of_start(bytes, true));
      EXPECT_EQ(ours ? std::string(ours->reason) : "", of_encoding ? theirs : "") << i;
      refused += of_encoding;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(TextFault, StandsWhereItIsCounted) {
  const std::string text = "a,b\n\n\"x\ny\",\"d\"\"e,f\"\n1,2\n";
  auto place = [&](size_t at) {
    FaultPlace p = place_of_fault(text, ',', 2, at);
    return std::pair(p.record, p.field);
  };
  EXPECT_EQ(place(0), std::pair(size_t{0}, size_t{0}));
  EXPECT_EQ(place(2), std::pair(size_t{0}, size_t{1}));
  EXPECT_EQ(place(text.find('x')), std::pair(size_t{1}, size_t{0})) << "an empty line is no record";
  EXPECT_EQ(place(text.find("f\"")), std::pair(size_t{1}, size_t{1})) << "a comma in quotes parts no fields, a line end no records";
  EXPECT_EQ(place(text.find('2')), std::pair(size_t{2}, size_t{1}));
  EXPECT_EQ(place_of_fault("1\n\n2\n", ',', 1, 3).record, 2u) << "in a file of one column an empty line is a record";
}

TEST(TextFault, ACharacterCutByTheEndOfWhatWasReadDecidesNothing) {
  const std::string text = "name\n张";
  EXPECT_EQ(encoding_of_start(text.substr(0, text.size() - 1), false), TextEncoding::utf8);
  EXPECT_EQ(encoding_of_start(text.substr(0, text.size() - 1), true), TextEncoding::gb18030);
  EXPECT_EQ(encoding_of_start(*utf8_to_gb18030("name\n张三\n"), true), TextEncoding::gb18030);
}

}  // namespace
}  // namespace sluice::deident
