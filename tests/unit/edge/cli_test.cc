#include <gtest/gtest.h>

#include <sstream>

#include "edge/cli/help.h"
#include "edge/cli/parse.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"

#include "edge/messages/table.h"

namespace sluice::cli {
namespace {

int never_run(const Args&) { return 99; }

const std::vector<Command>& sample() {
  static const std::vector<Command> list = {
      {"code check", "check a code", "校验编码", {{"--json", "", "as JSON"}}, {{"TYPE", "which"}, {"VALUE", "what"}}, never_run},
      {"collect", "collect files", "归集", {{"--space", "DIR", "the space", Arity::one}, {"--tag", "T", "a tag", Arity::many}},
       {{"FILE", "the files", Arity::many}}, never_run},
      {"ledger verify", "verify", "验证", {{"--space", "DIR", "the space", Arity::one}, {"--trust", "FILE", "pinned"}}, {}, never_run},
  };
  return list;
}

Result<Parsed> words(std::vector<std::string> w) { return parse(sample(), w); }

TEST(Parse, OptionsMayStandBeforeBetweenAndAfterPositionals) {
  for (std::vector<std::string> line : {std::vector<std::string>{"collect", "--space", "d", "a", "b"},
                                        {"collect", "a", "--space=d", "b"},
                                        {"collect", "a", "b", "--space", "d"}}) {
    auto parsed = words(line);
    ASSERT_TRUE(parsed) << parsed.error().detail;
    EXPECT_EQ(*parsed->args.value("--space"), "d");
    EXPECT_EQ(parsed->args.values("FILE"), (std::vector<std::string>{"a", "b"}));
  }
}

TEST(Parse, ValuesMayLookLikeAnythingAfterTwoDashes) {
  auto parsed = words({"code", "check", "date", "--", "-5"});
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_EQ(*parsed->args.value("VALUE"), "-5");
}

TEST(Parse, RepeatedOptionsAreCollectedOnlyWhereTheCommandSaysSo) {
  EXPECT_EQ(words({"collect", "--space", "d", "--tag", "x", "--tag", "y", "f"})->args.values("--tag").size(), 2u);
  EXPECT_FALSE(words({"collect", "--space", "d", "--space", "e", "f"}));
}

TEST(Parse, MissingUnknownAndSurplusWordsAreUsageErrors) {
  for (std::vector<std::string> line : {std::vector<std::string>{"collect", "f"},
                                        {"collect", "--space", "d"},
                                        {"collect", "--space"},
                                        {"code", "check", "date"},
                                        {"code", "check", "date", "1", "2"},
                                        {"code", "check", "date", "1", "--unknown"},
                                        {"ledger"},
                                        {"--json"}}) {
    auto parsed = words(line);
    ASSERT_FALSE(parsed) << line[0];
    EXPECT_EQ(exit_code(parsed.error().code), 2);
  }
}

TEST(Parse, AnUnknownVerbNamesTheNearest) {
  auto parsed = words({"ledger", "verfy", "--space", "d"});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().reason, "cli.unknown_verb");
  EXPECT_EQ(parsed.error().detail, "ledger verify");
  EXPECT_EQ(words({"colect", "x"}).error().detail, "collect");
  EXPECT_EQ(words({"zzzzzzzz"}).error().detail, "");
}

TEST(Parse, HelpIsFoundAtAnyDepthAndWinsOverMissingWords) {
  EXPECT_TRUE(words({})->help);
  EXPECT_TRUE(words({"--help"})->help);
  EXPECT_EQ(words({"ledger", "--help"})->group, "ledger");
  EXPECT_EQ(words({"ledger", "verify", "--help"})->command->path, "ledger verify");
}

TEST(Help, NamesEveryOptionAndPositionalInBothLanguages) {
  for (const Command& command : commands()) {
    EXPECT_FALSE(command.summary.empty() || command.summary_zh.empty()) << command.path;
    for (Language language : {Language::zh, Language::en}) {
      std::string text = help_for(command, language);
      for (const Option& option : command.options) EXPECT_NE(text.find(option.name), std::string::npos) << command.path;
      for (const Positional& p : command.positionals) EXPECT_NE(text.find(p.name), std::string::npos) << command.path;
    }
  }
  EXPECT_EQ(synopsis(sample()[1]), "sluice collect --space DIR [--tag T]... FILE...");
}

TEST(Commands, PathsAreUniqueAndTheLongestIsMeant) {
  for (const Command& a : commands()) {
    for (const Command& b : commands()) EXPECT_FALSE(&a != &b && b.path == a.path) << a.path;
    std::vector<std::string> typed;
    std::istringstream path{std::string(a.path)};
    for (std::string word; path >> word;) typed.push_back(word);
    typed.push_back("--help");
    auto parsed = parse(commands(), typed);
    ASSERT_TRUE(parsed) << a.path;
    ASSERT_TRUE(parsed->command) << a.path;
    EXPECT_EQ(parsed->command->path, a.path);
  }
}

TEST(Verbs, EveryWordOfEveryRowIsKnownAndEveryRowIsFound) {
  for (auto verbs : {person_verbs(), work_verbs(), trade_verbs(), data_verbs()})
    for (const Verb& verb : verbs) {
      EXPECT_EQ(find_verb(verb.path), &verb) << verb.path;
      VerbPlan plan = plan_of(verb);
      for (std::string_view name : plan.of_path) EXPECT_TRUE(find_word(name)) << verb.path << ": " << name;
      for (const WordUse& use : plan.words) EXPECT_TRUE(use.word) << verb.path << ": the word of " << use.member;
    }
}

// What is wrong with the words is said in the language of the environment.
TEST(Usage, IsSaidInTheLanguageOfTheEnvironment) {
  const char* before = getenv("LC_ALL");
  std::string kept = before ? before : "";
  auto said = [](std::vector<std::string> w) { return words(std::move(w)).error().detail; };
  setenv("LC_ALL", "zh_CN.UTF-8", 1);
  EXPECT_EQ(wants_number("--needed").value().detail, "--needed 须为数字");
  EXPECT_EQ(said({"collect", "a"}), "缺少 --space");
  EXPECT_EQ(said({"ledger", "verify", "--space", "d", "surplus"}), "多余的参数：surplus");
  EXPECT_EQ(said({"ledger"}), "ledger：缺少子命令");
  EXPECT_EQ(said({"collect", "a", "--space", "d", "--space", "e"}).find("参数个数不对：--space"), 0u);
  setenv("LC_ALL", "C.UTF-8", 1);
  EXPECT_EQ(wants_number("--needed").value().detail, "--needed wants a number");
  EXPECT_NE(said({"collect", "a"}).find("--space"), std::string::npos);
  before ? setenv("LC_ALL", kept.c_str(), 1) : unsetenv("LC_ALL");
}

TEST(Messages, EveryRowHasBothLanguages) {
  for (const Message& message : message_table()) {
    EXPECT_FALSE(message.zh.empty() || message.en.empty()) << message.reason;
    EXPECT_EQ(message.next_zh.empty(), message.next_en.empty()) << message.reason;
    EXPECT_EQ(find_message(message.reason), &message);
  }
  EXPECT_EQ(find_message("no.such_reason"), nullptr);
}

TEST(Messages, AcceptLanguageIsReadByWeight) {
  EXPECT_EQ(language_of_accept(""), Language::zh);
  EXPECT_EQ(language_of_accept("en"), Language::en);
  EXPECT_EQ(language_of_accept("en;q=0.3, zh-CN;q=0.8"), Language::zh);
  EXPECT_EQ(language_of_accept("fr, en;q=0.2"), Language::en);
}

}  // namespace
}  // namespace sluice::cli
