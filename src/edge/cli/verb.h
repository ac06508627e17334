// Commands that are one request of the API, as rows of tables: whoever adds a route adds a line, and has parsing, help in both languages,
// completion, --json, sign-in and exit codes with it. tests/scripts/cli_reach.py holds the rows against web/openapi.yaml.
//
// A row says what is typed, what is asked, and which words become which members:
//   {"operation decide", "POST /operations/{OPERATION}/decide", "DECISION=approve --reason!", "Allow or refuse …", "…"}
//   · asks: method and target below /api/v1; {NAME} is a positional, typed in this order.
//   · words: NAME or --name, each known by verb_words.cc (what it takes, its help); "!" after it demands it, "*" allows it again and makes a list.
//     "=member" where the member has another name than the word ("--level5-rows" is level5_rows, "PERSON" is person); dots lead into objects
//     ("scope.actions"); "=." merges a file's members into the body. Words of a GET are its query.
//   · waits: states of the answer that mean that somebody else must act first (exit 7).
// Without --json: a list is a line for each object, anything else is the answer, indented. Lists are followed to their end.
#pragma once

#include <initializer_list>
#include <span>

#include "codec/json.h"
#include "edge/cli/command.h"
#include "edge/http/server.h"

namespace sluice::cli {

struct Verb {
  std::string_view path, asks, words, summary, summary_zh;
  std::string_view waits{};
};

// What a word takes, and what becomes of it.
enum class Takes {
  text,      // as it is
  number,    // a whole number
  decision,  // approve or refuse: true or false
  moment,    // 90d from now, or 2026-12-31 (to the end of that day in China): milliseconds
  seconds,   // 90, 15m, 6h, 1d
  json,      // a file of JSON
  content,   // a file's text
  bytes,     // a file, in base64
  yes,       // a flag: true where it is given
  secret,    // the first line of a file, or asked for without echo; never in argv
  save,      // no member: the answer, or the named member of it, goes to this file
};

struct Word {
  std::string_view name, value;
  Takes takes;
  std::string_view help, help_zh;
};
const Word* find_word(std::string_view name);

// One word of a row, read.
struct WordUse {
  const Word* word = nullptr;
  std::string member;
  Arity arity = Arity::optional;
};
struct VerbPlan {
  http::Method method = http::Method::get;
  std::string_view target;  // with its {NAME}s
  std::vector<std::string_view> of_path;
  std::vector<WordUse> words;
};
// Of a row of these tables; every word of it is known to verb_words.cc, which a test asserts of all rows (`word` is null otherwise).
VerbPlan plan_of(const Verb& verb);

std::span<const Verb> person_verbs();  // sessions, people, parties, units, rights
std::span<const Verb> work_verbs();    // inbox, operations, exceptions, keys, retention
std::span<const Verb> trade_verbs();   // products, applications, votes, contracts, releases
std::span<const Verb> data_verbs();    // plans, datasets, grading, scans

const Verb* find_verb(std::string_view path);
Command command_of(const Verb& verb);
// Prints an answer as said above.
void print_answer(const Json& answer, const Args& args);

// A list of objects as a table for people: titles in their language, columns that line up (Chinese characters are two wide), names for ids. Of each object
// the member `name`: texts, numbers, yes and no, lists of these; "…_ms" is a moment.
struct TableColumn {
  std::string_view name, title, title_zh;
};
// The heading is printed where there is one, with how many there are. A list without objects says so.
void print_table(const Json& answer, std::string_view member, std::initializer_list<TableColumn> columns, std::string_view heading = {}, std::string_view heading_zh = {});

}  // namespace sluice::cli
