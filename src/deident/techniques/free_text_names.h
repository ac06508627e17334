// Names of persons in Chinese text, by what stands around them: 患者张三, 姓名：张 三, 张三医生, 由张三、李四完成, 张三（患者本人）签字. A name found so may be
// looked for elsewhere. Lists: free_text_name_words.h, deident/surnames.h. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::deident {

struct NameSpan {
  size_t from = 0, to = 0;  // characters
  bool whole = false;       // its end is sure: it may be looked for elsewhere
};

// `busy`: characters that are something else, or a name already; those of the names found become so.
std::vector<NameSpan> names_in(std::u32string_view text, std::vector<bool>& busy);

// Places where a word leads to what begins like a name and was not taken: for the report of what was left, not for masking.
size_t possible_names_in(std::u32string_view text, const std::vector<bool>& busy);

}  // namespace sluice::deident
