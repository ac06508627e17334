#include "codec/json.h"
#include "edge/cli/help.h"
#include "edge/cli/verb.h"

namespace sluice::cli {

namespace {

std::string_view arity_word(Arity arity) { return arity == Arity::one ? "one" : arity == Arity::many ? "many" : "optional"; }

template <class Typed>
Json typed_json(const Typed& typed) {
  return Json::object({{"arity", arity_word(typed.arity)}, {"help", typed.help}, {"help_zh", typed.help_zh}, {"name", typed.name}});
}

Json members_json(const Verb& verb) {
  Json out = Json::array();
  for (const WordUse& use : plan_of(verb).words)
    if (use.word->takes != Takes::save) out.push(Json::object({{"member", use.member}, {"word", use.word->name}}));
  return out;
}

Json command_json(const Command& command) {
  Json options = Json::array(), positionals = Json::array();
  for (const Option& option : command.options) options.push(typed_json(option).set("value", option.value));
  for (const Positional& positional : command.positionals) positionals.push(typed_json(positional));
  Json out = Json::object({{"asks", command.asks}, {"options", std::move(options)}, {"path", command.path}, {"positionals", std::move(positionals)},
                           {"summary", command.summary}, {"summary_zh", command.summary_zh}});
  if (const Verb* verb = find_verb(command.path)) out.set("members", members_json(*verb));
  return out;
}

}  // namespace

std::string help_json(std::span<const Command> commands, std::string_view group) {
  Json list = Json::array();
  for (const Command& command : commands)
    if (group.empty() || command.path == group || command.path.starts_with(std::string(group) + " ")) list.push(command_json(command));
  return canonical(Json::object({{"commands", std::move(list)}})) + "\n";
}

}  // namespace sluice::cli
