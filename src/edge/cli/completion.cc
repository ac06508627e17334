#include <fmt/core.h>

#include <set>

#include "edge/cli/command.h"

// Completion scripts for bash, zsh and fish, written out from the list of commands.
namespace sluice::cli {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> words(1);
  for (char c : path) {
    if (c == ' ')
      words.emplace_back();
    else
      words.back() += c;
  }
  return words;
}

// What may follow each prefix of words: "" → nouns, "ledger" → verbs, "ledger verify" → options.
std::map<std::string, std::set<std::string>> followers() {
  std::map<std::string, std::set<std::string>> after;
  for (const Command& command : commands()) {
    std::string prefix;
    for (const std::string& word : split_path(command.path)) {
      after[prefix].insert(word);
      prefix += (prefix.empty() ? "" : " ") + word;
    }
    for (const Option& option : command.options) after[prefix].insert(std::string(option.name));
    after[prefix].insert("--help");
  }
  return after;
}

std::string words_of(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string shell_cases(std::string_view set_to) {
  std::string out;
  for (const auto& [prefix, words] : followers())
    out += fmt::format("    \"{}\") {}=\"{}\" ;;\n", prefix, set_to, words_of(words));
  return out;
}

std::string bash_script() {
  return "_sluice() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} path=\"\" next=\"\" i word\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=${COMP_WORDS[i]}\n"
         "    [[ $word == -* ]] && break\n"
         "    case \"${path:+$path }$word\" in\n" +
         [] {
           std::string out;
           for (const auto& [prefix, words] : followers())
             if (!prefix.empty()) out += fmt::format("      \"{}\") path=\"{}\" ;;\n", prefix, prefix);
           return out;
         }() +
         "    esac\n"
         "  done\n"
         "  case \"$path\" in\n" +
         shell_cases("next") +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$next\" -- \"$cur\"))\n"
         "  [[ ${#COMPREPLY[@]} -eq 0 && $cur != -* ]] && COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "}\n"
         "complete -o filenames -F _sluice sluice\n";
}

// zsh reads bash's completion functions.
std::string zsh_script() { return "#compdef sluice\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(); }

// Between single quotes of fish.
std::string quoted_for_fish(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out;
}

std::string fish_script() {
  std::string out = "complete -c sluice -f\n";
  for (const Command& command : commands()) {
    auto words = split_path(command.path);
    if (words.size() == 1) {
      out += fmt::format("complete -c sluice -n __fish_use_subcommand -a {} -d '{}'\n", words[0], quoted_for_fish(command.summary));
    } else {
      out += fmt::format("complete -c sluice -n __fish_use_subcommand -a {}\n", words[0]);
      out += fmt::format("complete -c sluice -n '__fish_seen_subcommand_from {}' -a {} -d '{}'\n", words[0], words[1],
                         quoted_for_fish(command.summary));
    }
    for (const Option& option : command.options)
      out += fmt::format("complete -c sluice -n '__fish_seen_subcommand_from {}' -l {} {}-d '{}'\n", words.back(),
                         option.name.substr(2), option.value.empty() ? "" : "-rF ", quoted_for_fish(option.help));
  }
  return out;
}

int run_completion(const Args& args) {
  std::string shell = args.value_or("SHELL", "");
  if (shell == "bash")
    fmt::print("{}", bash_script());
  else if (shell == "zsh")
    fmt::print("{}", zsh_script());
  else if (shell == "fish")
    fmt::print("{}", fish_script());
  else
    return report({Errc::usage, "cli.unknown_shell"}, args);
  return 0;
}

}  // namespace

Command completion_command() {
  return {.path = "completion",
          .summary = "print a completion script for bash, zsh or fish",
          .summary_zh = "输出 bash、zsh 或 fish 的补全脚本",
          .options = {},
          .positionals = {{"SHELL", "bash, zsh or fish"}},
          .run = run_completion};
}

}  // namespace sluice::cli
