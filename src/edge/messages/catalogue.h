// What a reason id says to people: one sentence and one next step, in Chinese and English.
//
// Reason ids are stable and machine-readable; sentences may be improved at any time. The table is data
// (catalogue.cc); tests/tidy checks that each reason used in src/ is in it. Pure; safe from any thread.
#pragma once

#include <string_view>

namespace sluice {

enum class Language { zh, en };

struct Message {
  std::string_view reason;
  std::string_view zh;
  std::string_view en;
  std::string_view next_zh{};
  std::string_view next_en{};

  std::string_view text(Language language) const { return language == Language::zh ? zh : en; }
  std::string_view next(Language language) const { return language == Language::zh ? next_zh : next_en; }
};

// Null for a reason that has no sentence yet: callers then show the id itself.
const Message* find_message(std::string_view reason);

// From LC_ALL, LC_MESSAGES, LANG, in that order: Chinese for "zh…", else English.
Language language_of_environment();
// From Accept-Language: the first of zh and en by weight; Chinese where the client states no preference.
Language language_of_accept(std::string_view accept_language);

}  // namespace sluice
