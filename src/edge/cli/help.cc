#include "edge/cli/help.h"

#include <algorithm>
#include <numeric>

namespace sluice::cli {
namespace {

std::string_view pick(Language language, std::string_view zh, std::string_view en) {
  return language == Language::zh ? zh : en;
}

std::string shown(const Option& option) {
  std::string text(option.name);
  if (!option.value.empty()) text += " " + std::string(option.value);
  return text;
}

std::string shown(const Positional& positional) {
  std::string name(positional.name);
  if (positional.arity == Arity::optional) return "[" + name + "]";
  return positional.arity == Arity::many ? name + "..." : name;
}

template <class Word>
std::string_view words_of_help(const Word& word, Language language) {
  return language == Language::zh && !word.help_zh.empty() ? word.help_zh : word.help;
}

void line(std::string& out, std::string_view left, std::string_view right, size_t width) {
  out += "  ";
  out += left;
  if (!right.empty()) {
    out.append(left.size() < width ? width - left.size() + 2 : 2, ' ');
    out += right;
  }
  out += '\n';
}

size_t edits(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); i++) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); j++) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

}  // namespace

std::string synopsis(const Command& command) {
  std::string text = "sluice " + std::string(command.path);
  for (const Option& option : command.options)
    if (option.arity == Arity::one && !option.value.empty()) text += " " + shown(option);
  for (const Option& option : command.options) {
    if (option.arity == Arity::one && !option.value.empty()) continue;
    text += " [" + shown(option) + "]";
    if (option.arity == Arity::many) text += "...";
  }
  for (const Positional& positional : command.positionals) text += " " + shown(positional);
  return text;
}

std::string help_for(const Command& command, Language language) {
  std::string out = std::string(pick(language, command.summary_zh, command.summary)) + "\n\n";
  out += std::string(pick(language, "用法", "Usage")) + ": " + synopsis(command) + "\n";
  size_t width = 6;
  for (const Option& option : command.options) width = std::max(width, shown(option).size());
  for (const Positional& positional : command.positionals) width = std::max(width, positional.name.size());
  if (!command.positionals.empty()) out += "\n" + std::string(pick(language, "参数", "Arguments")) + ":\n";
  for (const Positional& positional : command.positionals) line(out, positional.name, words_of_help(positional, language), width);
  out += "\n" + std::string(pick(language, "选项", "Options")) + ":\n";
  for (const Option& option : command.options) line(out, shown(option), words_of_help(option, language), width);
  line(out, "--help", pick(language, "显示本说明", "show this help"), width);
  return out;
}

std::string help_for_group(std::span<const Command> commands, std::string_view group, Language language) {
  std::string out;
  if (group.empty()) {
    out += pick(language, "Sluice 数闸：医保数据可信数据空间\n\n用法: sluice 命令 [选项]\n\n命令:\n",
                "Sluice: a trusted data space for healthcare-security data\n\nUsage: sluice COMMAND [OPTIONS]\n\nCommands:\n");
  } else {
    out += std::string(pick(language, "命令", "Commands")) + ":\n";
  }
  size_t width = 0;
  for (const Command& command : commands) width = std::max(width, command.path.size());
  for (const Command& command : commands) {
    if (!group.empty() && !command.path.starts_with(std::string(group) + " ")) continue;
    line(out, command.path, pick(language, command.summary_zh, command.summary), width);
  }
  out += pick(language, "\n“sluice 命令 --help” 显示该命令的用法；任一命令可加 --lang zh 或 --lang en。\n", "\n\"sluice COMMAND --help\" shows how one is used; --lang zh or --lang en goes with any.\n");
  return out;
}

std::string nearest_path(std::span<const Command> commands, std::string_view typed) {
  std::string best;
  size_t best_edits = 4;
  for (const Command& command : commands) {
    // Someone who adds words after the verb means the verb: compare with as much as the path is long.
    size_t words = 1 + static_cast<size_t>(std::count(command.path.begin(), command.path.end(), ' '));
    size_t end = 0;
    for (size_t i = 0; i < words && end != std::string_view::npos; i++) end = typed.find(' ', end + (i > 0));
    size_t distance = edits(typed.substr(0, end), command.path);
    if (distance < best_edits && distance < command.path.size()) {
      best_edits = distance;
      best = command.path;
    }
  }
  return best;
}

}  // namespace sluice::cli
