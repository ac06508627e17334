// The command line as data: each verb is one Command in a file of its own, listed in commands.cc. Parsing, help, usage
// errors and shell completion are made from the list, so that they cannot drift from it.
//
// Conventions (design: "verbs read like sentences"): data on stdout, progress and errors on stderr, `--json` on every
// command that answers, secrets never in argv. Exit codes: 0 ok · 1 error · 2 usage · 3 not found · 4 not authenticated
// or forbidden · 5 conflict · 6 it ran and the answer is no · 7 waiting for approval · 8 peer unreachable · 130 interrupted.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::cli {

enum class Arity { one, optional, many };

struct Option {
  std::string_view name;      // "--space"
  std::string_view value{};   // what follows, for help: "DIR"; empty for a flag
  std::string_view help{};
  Arity arity = Arity::optional;  // one = required, many = may be repeated
  std::string_view help_zh{};     // where it is there, shown to who reads Chinese
};

struct Positional {
  std::string_view name;  // "FILE"
  std::string_view help{};
  Arity arity = Arity::one;
  std::string_view help_zh{};
};

// What the user typed, checked against the Command's lists.
class Args {
 public:
  bool flag(std::string_view name) const { return values_.contains(std::string(name)); }
  std::optional<std::string> value(std::string_view name) const;
  std::string value_or(std::string_view name, std::string_view otherwise) const;
  std::vector<std::string> values(std::string_view name) const;
  bool json() const { return flag("--json"); }

  std::map<std::string, std::vector<std::string>> values_;  // filled by the parser; positionals under their names
  std::string path_;                                          // the command's
};

struct Command {
  std::string_view path;     // "ledger verify"
  std::string_view summary;  // one line, English; the Chinese one beside it
  std::string_view summary_zh;
  std::vector<Option> options;
  std::vector<Positional> positionals;
  int (*run)(const Args&);
  std::vector<std::string_view> writes{};  // options and positionals whose files it writes: none may be another path of the command line (written_paths.h)
  std::string_view asks{};  // "POST /operations/{OPERATION}/decide": the request of the API that it is, where it is one (verb.h)
};

const std::vector<Command>& commands();

// Parses, dispatches, returns the exit code.
int run(int argc, char** argv);

// The exit code that a category of errors stands for.
int exit_code(Errc code);

// Prints "sluice: message (reason)" with the detail and what to do on stderr; with --json the same as problem JSON on
// stderr. Returns the exit code.
int report(const Error& error, const Args& args);

}  // namespace sluice::cli
