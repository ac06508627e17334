#include "edge/cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "edge/cli/help.h"
#include "edge/cli/usage.h"

namespace sluice::cli {
namespace {

size_t words_in(std::string_view path) { return 1 + static_cast<size_t>(std::count(path.begin(), path.end(), ' ')); }

std::string joined(const std::vector<std::string>& words, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; i++) out += (i ? " " : "") + words[i];
  return out;
}

bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }
bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

// The longest command path that the words begin with.
const Command* find_command(std::span<const Command> commands, const std::vector<std::string>& words) {
  const Command* best = nullptr;
  for (const Command& command : commands) {
    size_t n = words_in(command.path);
    if (n > words.size() || joined(words, n) != command.path) continue;
    if (!best || n > words_in(best->path)) best = &command;
  }
  return best;
}

bool is_group(std::span<const Command> commands, const std::string& group) {
  return std::any_of(commands.begin(), commands.end(),
                     [&](const Command& c) { return c.path.starts_with(group + " "); });
}

void add_options(CLI::App& app, const Command& command, Args& args) {
  for (const Option& option : command.options) {
    std::string name(option.name);
    if (option.value.empty()) {
      app.add_flag_function(name, [&args, name](int64_t) { args.values_[name] = {""}; });
      continue;
    }
    auto* added = app.add_option_function<std::vector<std::string>>(
        name, [&args, name](const std::vector<std::string>& values) { args.values_[name] = values; });
    added->required(option.arity == Arity::one);
    // One value each time the option is named; a repeated single option is an error, not the last one silently.
    added->type_size(1)->expected(1)->multi_option_policy(
        option.arity == Arity::many ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::Throw);
    added->allow_extra_args(false);
  }
  for (const Positional& positional : command.positionals) {
    std::string name(positional.name);
    auto* added = app.add_option_function<std::vector<std::string>>(
        name, [&args, name](const std::vector<std::string>& values) { args.values_[name] = values; });
    added->required(positional.arity != Arity::optional);
    if (positional.arity == Arity::many)
      added->expected(1, CLI::detail::expected_max_vector_size);
    else
      added->expected(1)->allow_extra_args(false);
  }
}

// The parser says it in English alone: what it says of an option is said in the language of the environment here.
tl::unexpected<Error> wrong_words(const CLI::ParseError& error) {
  std::string en = error.what();
  auto part = [&](size_t from, size_t to) { return from == std::string::npos ? en : en.substr(from, to); };
  if (dynamic_cast<const CLI::RequiredError*>(&error)) return bad_words("缺少 " + part(0, en.find(" is required")), en);
  if (dynamic_cast<const CLI::ExtrasError*>(&error)) return bad_words("多余的参数：" + part(en.find(": ") == std::string::npos ? std::string::npos : en.find(": ") + 2, std::string::npos), en);
  return bad_words("参数个数不对：" + part(0, en.find_first_of(": ")), en);
}

}  // namespace

Result<Parsed> parse(std::span<const Command> commands, const std::vector<std::string>& words) {
  Parsed parsed;
  parsed.help = std::any_of(words.begin(), std::find(words.begin(), words.end(), "--"), is_help);
  parsed.command = find_command(commands, words);
  if (!parsed.command) {
    auto verbs_end = std::find_if(words.begin(), words.end(), is_option);
    parsed.group = joined(words, static_cast<size_t>(verbs_end - words.begin()));
    if (parsed.group.empty() && words.empty()) parsed.help = true;
    if (parsed.help && (parsed.group.empty() || is_group(commands, parsed.group))) return parsed;
    if (is_group(commands, parsed.group))
      return bad_words(parsed.group + "：缺少子命令", parsed.group + ": a verb is missing");
    return fail(Errc::usage, "cli.unknown_verb", nearest_path(commands, parsed.group));
  }
  if (parsed.help) return parsed;
  parsed.args.path_ = parsed.command->path;
  CLI::App app;
  app.set_help_flag();
  add_options(app, *parsed.command, parsed.args);
  // CLI11 takes its words last first.
  std::vector<std::string> rest(words.rbegin(), words.rend() - static_cast<long>(words_in(parsed.command->path)));
  try {
    app.parse(std::move(rest));
  } catch (const CLI::ParseError& error) {
    return wrong_words(error);
  }
  return parsed;
}

}  // namespace sluice::cli
